using System.Globalization;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;

namespace Cochin.Bench.Sync;

/// <summary>What a run costs that finds everything copied, as almost all runs do.</summary>
internal sealed class SyncIdleBenchmark : Benchmark
{
    private const string Ratio = "sync_idle_rows_per_second";
    private const int Smaller = 10;

    public override string Name => "sync_idle";

    public override string Title => "`sync_django` with nothing to do";

    public override string About =>
        "`cochin sync_django` of an installation whose 10,000 backups, with their files, and 50,000 quotes are all in the storage, and of one with a "
        + "tenth of them, to see whether memory grows. A run copies and reads the database, reads all rows, and compares all files with the blobs. The "
        + "benchmark fails if it would write a row or upload a file.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Ratio, GoalKind.AtLeast, 2_000, "backups and quotes compared in a second of wall time, start-up included"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (backups, quotes) = (context.Of(quick: 1_000, full: 10_000), context.Of(quick: 5_000, full: 50_000));
        var small = await MeasureAsync(context, backups / Smaller, quotes / Smaller, cancellationToken);
        var large = await MeasureAsync(context, backups, quotes, cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [Ratio] = (backups + quotes) / large.Wall.Median,
                ["sync_idle_memory_growth_mib"] = large.Peak.Median - small.Peak.Median,
            },
            Reasons = new Dictionary<string, string>
            {
                [Ratio] = string.Create(CultureInfo.InvariantCulture, $"Azurite was busy for {large.Server.Median / large.Wall.Median:0 %} of the time."),
            },
            Tables = [SeriesTable.Of("A run that changes nothing", [small, large], server: "Azurite")],
        };
    }

    private static async Task<Series> MeasureAsync(BenchContext context, int backups, int quotes, CancellationToken cancellationToken)
    {
        await using var store = await SyncedStore.StartAsync(context, backups, quotes, cancellationToken);
        await store.CheckIdleAsync(cancellationToken);
        var contest = new Contest(context) { ServerId = () => store.ServerId };
        return (await contest.RunAsync([store.Ours], cancellationToken))[0];
    }
}
