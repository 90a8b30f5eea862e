using System.Globalization;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;

namespace Cochin.Bench.CleanUp;

/// <summary>The deletion of old blobs on the emulator.</summary>
internal sealed class CleanUpBenchmark : Benchmark
{
    private const int QuickBlobs = 500;

    private readonly int blobs;
    private readonly string suffix;

    private CleanUpBenchmark(int blobs, string suffix, IReadOnlyList<Goal> goals)
    {
        this.blobs = blobs;
        this.suffix = suffix;
        Goals = goals;
    }

    public static CleanUpBenchmark Large { get; } = new(10_000, "",
    [
        new("cleanup_wall_vs_rclone", GoalKind.AtLeast, 0.9, "wall time of rclone relative to ours"),
        new("cleanup_wall_vs_sdk", GoalKind.AtLeast, 0.9, "wall time of the SDK loop relative to ours"),
        new("cleanup_cpu_vs_rclone", GoalKind.AtMost, 0.67, "our processor time relative to rclone's"),
        new("cleanup_cpu_vs_sdk", GoalKind.AtMost, 0.4, "our processor time relative to the SDK loop's"),
    ]);

    public static CleanUpBenchmark Small { get; } = new(2_000, "_2000",
    [
        new("cleanup_wall_vs_rclone_2000", GoalKind.AtLeast, 1.1, "wall time of rclone relative to ours"),
        new("cleanup_wall_vs_sdk_2000", GoalKind.AtLeast, 1.1, "wall time of the SDK loop relative to ours"),
    ]);

    public override string Name => $"cleanup-{blobs}";

    public override string Title => $"Deleting {blobs:N0} old blobs, on Azurite";

    public override string About =>
        "`cleanup_temp_files --auto` with every safety check on (lock, run record, two listings, ETags, checks of the live " +
        "operations, audit log) against `rclone delete --min-age 24h` " +
        $"({CleanUpContestants.AtOnce} transfers, {CleanUpContestants.AtOnce} checkers, `--fast-list`) and a loop over the Azure " +
        $"SDK ({CleanUpContestants.AtOnce} deletes at once, no conditions). " +
        $"{blobs:N0} blobs, 30 hours old, in the three areas, a fifth of them single and the rest in folders of twenty, uploaded " +
        "in random order. Each run has its own Azurite, started on a fresh copy of the same data. " +
        "Our program is the published Release build, compiled ahead of time if that compiler is available; the SDK loop is a " +
        "plain Release build, which costs a few tenths of a second of processor time once. " +
        "The benchmark fails if the container is not empty after a run. Azurite is single-threaded and limits all three.";

    public override IReadOnlyList<Goal> Goals { get; }

    public override IReadOnlyList<Tool> Needs => [Tool.Node, Tool.Rclone];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var count = context.Of(QuickBlobs, blobs);
        var store = new FreshStore(context, count);
        await using (store)
        {
            var contest = new Contest(context)
            {
                PrepareAsync = store.RenewAsync,
                CheckAsync = store.CheckAsync,
                ServerId = () => store.ServerId,
            };
            var series = await contest.RunAsync(
                [
                    new("`cleanup_temp_files`", () => store.Contestants.Ours.Start()),
                    new("`rclone delete`", () => store.Contestants.Rclone.Start()),
                    new("SDK loop", () => store.Contestants.SdkLoop.Start()),
                ],
                cancellationToken);
            return Findings(series, count);
        }
    }

    private Findings Findings(IReadOnlyList<Series> series, int count)
    {
        var (ours, rclone, sdk) = (series[0], series[1], series[2]);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                ["cleanup_wall_vs_rclone" + suffix] = rclone.Wall.Median / ours.Wall.Median,
                ["cleanup_wall_vs_sdk" + suffix] = sdk.Wall.Median / ours.Wall.Median,
                ["cleanup_cpu_vs_rclone" + suffix] = ours.Cpu.Median / rclone.Cpu.Median,
                ["cleanup_cpu_vs_sdk" + suffix] = ours.Cpu.Median / sdk.Cpu.Median,
            },
            Reasons = new[] { "cleanup_wall_vs_rclone", "cleanup_wall_vs_sdk", "cleanup_cpu_vs_rclone", "cleanup_cpu_vs_sdk" }
                .ToDictionary(ratio => ratio + suffix, _ => WhyMissed(series)),
            Tables = [SeriesTable.Of($"{count:N0} blobs", series, count, "Azurite")],
        };
    }

    private static string WhyMissed(IReadOnlyList<Series> series) => string.Create(
        CultureInfo.InvariantCulture,
        $"Azurite was at work for {Share(series[0])} of our time, {Share(series[1])} of rclone's and {Share(series[2])} of the " +
        $"SDK loop's; each of our times includes that of a run with nothing to delete, shown in the section on the stub.");

    private static string Share(Series series) => (series.Server.Median / series.Wall.Median).ToString("0 %", CultureInfo.InvariantCulture);
}
