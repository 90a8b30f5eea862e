using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Bench.Simulation;

/// <summary>A large store that is far away, listed several pages at once and page by page.</summary>
internal sealed class ListingBenchmark : Benchmark
{
    private const string CleanUp = "cleanup_listing_vs_sequential";
    private const string Rebuild = "rebuild_listing_vs_sequential";

    private static readonly SimulatedConditions Far = new(LatencyMs: 20);
    private static readonly SimulatedConditions Farther = new(LatencyMs: 200);

    public override string Name => "listing";

    public override string Title => "Listings of a large store, by simulation";

    public override string About =>
        "The simulated service takes 20 ms, or 200 ms, for each request (a page of 5,000 blobs or 1,000 rows). A dry run of each task is compared with only "
        + "reading the same pages one after another, with the next page requested while one is read. For `cleanup_temp_files`, six in ten blobs are in one "
        + "area, in folders of ten; three in folders of a hundred; and one in ten is alone. `rebuild_backup_paths` reads as many rows as blobs. "
        + "The service is simulated in the same process, so its processor time is part of both sides.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(CleanUp, GoalKind.AtLeast, 4, "time to read the pages one after another, relative to a dry run of `cleanup_temp_files`; 20 ms"),
        new(Rebuild, GoalKind.AtLeast, 4, "the same for `rebuild_backup_paths`"),
    ];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var count = context.Of(quick: 100_000L, full: 1_000_000L);
        var cleanUp = await CompareAsync(SimulatedRun.ReadAreas, CleanupTempFilesDescription.Name, Far);
        var rebuild = await CompareAsync(SimulatedRun.ReadBackups, RebuildBackupPathsDescription.Name, Far);
        var fartherCleanUp = await CompareAsync(SimulatedRun.ReadAreas, CleanupTempFilesDescription.Name, Farther);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [CleanUp] = cleanUp.Ratio,
                [Rebuild] = rebuild.Ratio,
                ["cleanup_listing_vs_sequential_at_200_ms"] = fartherCleanUp.Ratio,
            },
            Tables =
            [
                new FindingsTable(
                    $"{count:N0} blobs",
                    ["what", "wall, s", "processor, s", "requests", "most requests at once"],
                    [.. cleanUp.Rows, .. rebuild.Rows, .. fartherCleanUp.Rows]),
            ],
        };

        async Task<(double Ratio, IReadOnlyList<IReadOnlyList<string>> Rows)> CompareAsync(string sequential, string task, SimulatedConditions conditions)
        {
            List<Footprint> before = [], after = [];
            for (var round = 0; round < context.Rounds; round++)
            {
                before.Add(await SimulatedProgram.MeasureAsync(new SimulatedRun(sequential, count, Conditions: conditions), cancellationToken));
                after.Add(await SimulatedProgram.MeasureAsync(new SimulatedRun(task, count, Conditions: conditions), cancellationToken));
                context.Say($"{task} at {conditions.LatencyMs} ms: {before[^1].WallSeconds:0.0} s one after another, {after[^1].WallSeconds:0.0} s at once");
            }

            return (
                Spread.Of(before.Select(run => run.WallSeconds)).Median / Spread.Of(after.Select(run => run.WallSeconds)).Median,
                [Row($"pages of `{task}` one after another, {conditions.LatencyMs} ms", before), Row($"`{task} --dry-run`, {conditions.LatencyMs} ms", after)]);
        }
    }

    private static IReadOnlyList<string> Row(string what, IReadOnlyList<Footprint> runs) =>
    [
        what,
        Spread.Of(runs.Select(run => run.WallSeconds)).Text("0.0"),
        Spread.Of(runs.Select(run => run.CpuSeconds)).Text("0.0"),
        $"{runs[^1].Requests.Values.Sum():N0}",
        $"{runs[^1].Beats.Max(beat => beat.MostInFlight)}",
    ];
}
