using System.Diagnostics;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Bench.Locks;

/// <summary>What a run costs that finds nothing to do, and a tick that finds nothing due.</summary>
internal static class EmptyRuns
{
    private const int Times = 20;

    public static async Task<FindingsTable> CountAsync(BenchAzurite azurite, CancellationToken cancellationToken)
    {
        var counter = new CountedRequests { TablePort = azurite.Endpoint.TablePort };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Cochin:Discord:WebhookUrl", "http://127.0.0.1:9/unused"),
            new("Cochin:Discord:AllowAnyHost", "true"),
        ]).Build();
        var settings = CochinSettings.Read(configuration);

        // The later registration of the storage is the one that counts.
        await using var services = new ServiceCollection().AddLogging().AddCochin(settings, azurite.Connection)
            .AddSingleton(azurite.Connection.Connect(settings.Names, counter)).BuildServiceProvider();
        var runner = services.GetRequiredService<JobRunner>();
        await services.GetRequiredService<CochinStorage>().Backups.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

        var rows = new List<IReadOnlyList<string>>();
        foreach (var job in services.GetRequiredService<JobCatalog>().Jobs.DistinctBy(job => job.Options.Task))
        {
            // The first time, containers, tables and rows are made.
            await runner.RunJobAsync(job, dryRun: false, RunObserver.None, cancellationToken);
            rows.Add(await MeasureAsync($"`run {job.Name}`, nothing to do", () => runner.RunJobAsync(job, dryRun: false, RunObserver.None, cancellationToken)));
            rows.Add(await MeasureAsync($"`run {job.Name} --dry-run`", () => runner.RunJobAsync(job, dryRun: true, RunObserver.None, cancellationToken)));
            if (job.Options.Task == CheckDevisNotificationsDescription.Name)
            {
                await runner.RunDueAsync(job.Name, cancellationToken);
                rows.Add(await MeasureAsync("a tick of a job that is not due", () => runner.RunDueAsync(job.Name, cancellationToken)));
            }
        }

        return new FindingsTable($"Requests to the storage; means of {Times}", ["", "requests", "blobs", "tables", "ms"], rows);

        async Task<IReadOnlyList<string>> MeasureAsync(string what, Func<Task<RunReport>> run)
        {
            counter.Take();
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < Times; i++)
            {
                if (await run() is { Result.Outcome: not (Outcome.Completed or Outcome.Skipped) } report)
                {
                    throw new BenchException($"{what} ended as {report.Result.Outcome}: {report.Result.Error}");
                }
            }

            var (blobs, tables) = counter.Take();
            return
            [
                what,
                $"{(blobs + tables) / (double)Times:0.#}",
                $"{blobs / (double)Times:0.#}",
                $"{tables / (double)Times:0.#}",
                $"{clock.Elapsed.TotalMilliseconds / Times:0.0}",
            ];
        }
    }
}
