using Cochin.Bench.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Bench.Simulation;

/// <summary>What the size of the store does to memory and processor time.</summary>
internal sealed class ScaleBenchmark : Benchmark
{
    private const string MemoryGrowth = "cleanup_memory_growth_mib";
    private const string BytesPerRecord = "rebuild_bytes_per_record";

    private const string PruneMemoryGrowth = "prune_memory_growth_mib";

    // Often enough that the smallest size has some, rarely enough that the largest is not about them.
    private const int PagesBetweenLooks = 5;

    public override string Name => "scale";

    public override string Title => "Memory and scale, by simulation";

    public override string About =>
        "The program's own runner, tasks and storage clients over a simulated service in the same process: it serves listings "
        + "(5,000 blobs a page, about 700 bytes a blob, as the service writes them) "
        + "and rows (1,000 a page) from a rule and answers every write with success. Each line is a separate process. Peak memory "
        + "is the maximum resident size (VmHWM), including start-up and simulation; "
        + "the cost of the simulation itself is measured by reading its pages and ignoring them, and is subtracted where stated. "
        + "Held memory is the managed heap after a full garbage "
        + $"collection, the maximum of samples every {PagesBetweenLooks} pages. A task's processor time includes one run: lock, record, status page.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(MemoryGrowth, GoalKind.AtMost, 64, "peak memory of a dry run on the largest store minus that on the smallest, in MiB"),
        new(BytesPerRecord, GoalKind.AtMost, 64, "growth of held memory from the smallest to the largest number of records, per record, in bytes"),
        new(PruneMemoryGrowth, GoalKind.AtMost, 150, "peak memory of a dry run of `prune_backups` over 100,000 records minus that over 1,000, in MiB"),
    ];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var largest = context.Of(quick: 200_000L, full: 10_000_000L);
        var most = context.Of(quick: 50_000L, full: 1_000_000L);
        long[] sizes = context.IsQuick ? [10_000, 50_000, largest] : [10_000, 1_000_000, largest];
        long[] smaller = [10_000, most * 2 / 5, most];

        var drained = await MeasureAsync(context, smaller.Select(count => new SimulatedRun(SimulatedRun.Drain, count)), cancellationToken);
        var ofPage = PerItem(drained[0], drained[^1]);
        var planned = await MeasureAsync(context, sizes.Select(count => new SimulatedRun(CleanupTempFilesDescription.Name, count)), cancellationToken);
        var deleted = await MeasureAsync(
            context,
            smaller.Select(count => new SimulatedRun(CleanupTempFilesDescription.Name, count, DryRun: false)),
            cancellationToken);
        var rebuilt = await MeasureAsync(
            context,
            smaller.Select(count => new SimulatedRun(RebuildBackupPathsDescription.Name, count, CollectEvery: PagesBetweenLooks)),
            cancellationToken);

        var pruned = await MeasureAsync(
            context,
            new[] { 1_000, context.Of(quick: 20_000L, full: 100_000L) }.Select(count => new SimulatedRun(PruneBackupsDescription.Name, count)),
            cancellationToken);

        var (few, many) = (rebuilt[0], rebuilt[^1]);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [MemoryGrowth] = planned[^1].Took.PeakMiB - planned[0].Took.PeakMiB,
                [BytesPerRecord] = (double)(many.Took.HeldBytes - few.Took.HeldBytes) / (many.Run.Count - few.Run.Count),
                ["rebuild_resident_bytes_per_record"] = (double)(many.Took.PeakBytes - few.Took.PeakBytes) / (many.Run.Count - few.Run.Count),
                [PruneMemoryGrowth] = pruned[^1].Took.PeakMiB - pruned[0].Took.PeakMiB,
                ["cleanup_plan_cpu_us_per_blob"] = PerItem(planned[0], planned[^1]) - ofPage,
                ["cleanup_delete_memory_growth_mib"] = deleted[^1].Took.PeakMiB - deleted[0].Took.PeakMiB,
            },
            Tables =
            [
                ScaleTable.Of("The simulation alone: the pages of one listing", drained),
                ScaleTable.Of("`cleanup_temp_files --dry-run`, every blob old", planned),
                ScaleTable.Of("`cleanup_temp_files`, every blob old and deleted", deleted),
                ScaleTable.Of("`rebuild_backup_paths`, as many records as blobs, nothing to do", rebuilt),
                ScaleTable.Of("`prune_backups --keep-last 1 --dry-run`, as many records as blobs, of one configuration", pruned),
            ],
            Notes =
            [
                $"Simulating takes {ofPage:0.00} µs of processor time per blob and listing; a real run lists twice.",
                $"Real runs stop at {most:N0} blobs, because these take about {most * PerItem(deleted[0], deleted[^1]) / 1e6:0} s of processor time.",
            ],
        };
    }

    /// <summary>Processor time in µs that each more item takes.</summary>
    private static double PerItem(Scaled few, Scaled many) => (many.Took.CpuSeconds - few.Took.CpuSeconds) / (many.Run.Count - few.Run.Count) * 1e6;

    private static async Task<List<Scaled>> MeasureAsync(BenchContext context, IEnumerable<SimulatedRun> runs, CancellationToken cancellationToken)
    {
        var measured = new List<Scaled>();
        foreach (var run in runs)
        {
            var took = await SimulatedProgram.MeasureAsync(run, cancellationToken);
            context.Say(
                $"{run.Task}{(run.DryRun ? "" : ", for real")}, {run.Count:N0}: "
                + $"{took.WallSeconds:0.0} s, processor {took.CpuSeconds:0.0} s, {took.PeakMiB:0} MiB");
            measured.Add(new Scaled(run, took));
        }

        return measured;
    }
}
