using System.Diagnostics;
using System.Globalization;
using Cochin.Bench.Running;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Bench.Parts;

/// <summary>Runs a job again and again, each time as if by a new process, until its work is done.</summary>
internal static class WorkInParts
{
    private const int MaxParts = 20;

    /// <param name="limit">The time for one run; null for as long as it takes.</param>
    public static async Task<IReadOnlyList<Part>> RunAsync(StorageConnection connection, string job, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var parts = new List<Part>();
        while (parts.Count < MaxParts)
        {
            parts.Add(await RunOnceAsync(connection, job, limit, cancellationToken));
            if (parts[^1].End == PartEnd.Done)
            {
                return parts;
            }
        }

        throw new BenchException($"{job} did not come to an end in {MaxParts} parts of {limit}: {string.Join(" ", parts)}");
    }

    private static async Task<Part> RunOnceAsync(StorageConnection connection, string job, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var counter = new CountedKinds();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Cochin:Runs:LimitMinutes", limit?.TotalMinutes.ToString(CultureInfo.InvariantCulture)),
        ]).Build();
        var settings = CochinSettings.Read(configuration);

        // The later registration of the storage is the one that counts.
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddCochin(settings, connection)
            .AddSingleton(connection.Connect(settings.Names, counter))
            .BuildServiceProvider();
        var clock = Stopwatch.StartNew();
        var definition = services.GetRequiredService<JobCatalog>().Find(job)!;
        var report = await services.GetRequiredService<JobRunner>().RunJobAsync(definition, dryRun: false, RunObserver.None, cancellationToken);
        var isCutOff = report.Result.Outcome == Outcome.Failed && limit is not null && clock.Elapsed > limit;
        if (report is not ({ Result.Outcome: Outcome.Completed } or { IsUnfinished: true }) && !isCutOff)
        {
            throw new BenchException($"a part of {job} ended as {report.Result.Outcome}: {report.Result.Error}");
        }

        var end = isCutOff ? PartEnd.CutOff : report.IsUnfinished ? PartEnd.SafePoint : PartEnd.Done;
        return new Part(clock.Elapsed.TotalSeconds, end, counter.Counts);
    }
}
