using Azure.Data.Tables;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Bench.Requests;

/// <summary>The program with all default jobs, a channel and a clock that can be advanced, on an Azurite with one backup and no temporary blob.</summary>
internal sealed class SteadyProgram : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(15);

    private readonly AdvancedTime time = new();
    private readonly ServiceProvider services;

    private SteadyProgram(BenchAzurite azurite)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Cochin:Discord:WebhookUrl", "http://127.0.0.1:9/unused"),
            new("Cochin:Discord:AllowAnyHost", "true"),
        ]).Build();
        var settings = CochinSettings.Read(configuration);

        // The later registration of the storage is the one that counts.
        services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time).AddCochin(settings, azurite.Connection)
            .AddSingleton(azurite.Connection.Connect(settings.Names, Requests)).BuildServiceProvider();
    }

    public RecordedRequests Requests { get; } = new();

    private JobRunner Runner => services.GetRequiredService<JobRunner>();

    public static async Task<SteadyProgram> StartAsync(BenchAzurite azurite, CancellationToken cancellationToken)
    {
        var program = new SteadyProgram(azurite);
        var storage = program.services.GetRequiredService<CochinStorage>();
        await storage.Backups.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        await storage.Operations.CreateIfNotExistsAsync(cancellationToken);
        await storage.Configurations.CreateIfNotExistsAsync(cancellationToken);
        await storage.Operations.AddEntityAsync(new TableEntity("backup", "1") { ["Status"] = "completed" }, cancellationToken);
        return program;
    }

    /// <summary>Lets all jobs run when they are due, until the next tick at which this one is.</summary>
    public async Task AdvanceUntilDueAsync(string name, CancellationToken cancellationToken)
    {
        var jobs = services.GetRequiredService<JobCatalog>();
        var job = jobs.Find(name)!;
        do
        {
            foreach (var one in jobs.Jobs)
            {
                await RunAsync(one.Name, cancellationToken);
            }

            time.Advance(Tick);
        }
        while (job.Schedule.Latest(time.GetUtcNow()) == job.Schedule.Latest(time.GetUtcNow() - Tick));
    }

    /// <summary>A tick of a job.</summary>
    /// <exception cref="BenchException">It ended in another way than expected of a storage in which there is nothing to do.</exception>
    public async Task<RunReport> RunAsync(string job, CancellationToken cancellationToken)
    {
        var report = await Runner.RunDueAsync(job, cancellationToken);
        return report.Outcome is Outcome.Completed or Outcome.Skipped
            ? report
            : throw new BenchException($"{job} ended as {report.Outcome}: {report.Error}");
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>The system's time plus what it was advanced by. It starts on a quarter of an hour.</summary>
    private sealed class AdvancedTime : TimeProvider
    {
        private TimeSpan ahead = TimeSpan.FromTicks(Tick.Ticks - (System.GetUtcNow().UtcTicks % Tick.Ticks));

        public void Advance(TimeSpan by) => ahead += by;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
