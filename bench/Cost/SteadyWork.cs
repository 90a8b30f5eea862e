using Cochin.Bench.Running;
using Cochin.Bench.Simulation;
using Cochin.Functions.Hosting;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Bench.Cost;

/// <summary>Work that changes nothing, as almost all runs do, over a simulated store.</summary>
/// <param name="Task">A task's name, or <see cref="Watch"/>.</param>
/// <param name="TempBlobs">Blobs in the temporary areas; the clean-up alone lists them.</param>
/// <param name="Backups">Backups, each with its row.</param>
internal sealed record SteadyWork(string Task, long TempBlobs, long Backups)
{
    /// <summary>The check for notices, which is not a task.</summary>
    public const string Watch = "watch";

    /// <summary>How long each request takes, as within a region.</summary>
    public const double LatencyMs = 5;

    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(3_650);

    public async Task<Footprint> MeasureAsync(CancellationToken cancellationToken)
    {
        var backups = BlobSet.Backups(Backups);
        var listed = Task == CleanupTempFilesDescription.Name ? BlobSet.Temporary(TempBlobs) : backups;
        using var service = new SimulatedService(listed, new RowSet(backups), new SimulatedConditions(LatencyMs));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Cochin:Discord:WebhookUrl", "http://127.0.0.1:9/unused"),
            new("Cochin:Discord:AllowAnyHost", "true"),
        ]).Build();
        await using var services = new ServiceCollection().AddLogging().AddCochin(CochinSettings.Read(configuration), service.Connect())
            .BuildServiceProvider();
        var took = await Footprint.TakeAsync(() => Task == Watch
            ? services.GetRequiredService<Watch>().CheckAsync(cancellationToken)
            : RunAsync(services.GetRequiredService<JobRunner>(), cancellationToken));
        return took with { Requests = service.Requests };
    }

    private async Task RunAsync(JobRunner runner, CancellationToken cancellationToken)
    {
        var report = await runner.RunTaskAsync(Options(), RunObserver.None, cancellationToken);
        if (report.Result.Outcome != Outcome.Completed)
        {
            throw new BenchException($"the run of {Task} ended as {report.Result.Outcome}: {report.Result.Error}");
        }
    }

    private TaskOptions Options() => Task switch
    {
        CheckDevisNotificationsDescription.Name => new CheckDevisNotificationsOptions(),
        CleanupStuckOperationsDescription.Name => new CleanupStuckOperationsOptions(),
        CleanupTempFilesDescription.Name => new CleanupTempFilesOptions { AgeHours = LongAgo.TotalHours },
        PruneBackupsDescription.Name => new PruneBackupsOptions { Keep = new KeepRules(WithinDays: (long)LongAgo.TotalDays) },
        RebuildBackupPathsDescription.Name => new RebuildBackupPathsOptions(),

        // No simulated backup was ever verified, so a real run would read all of them.
        VerifyBackupsDescription.Name => new VerifyBackupsOptions { DryRun = true },
        _ => throw new BenchException($"there is no task {Task}."),
    };
}
