using Cochin.Bench.Running;
using Cochin.Bench.Simulation;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Bench.Cost;

/// <summary>What a month on Azure takes, computed from measured ticks and runs; writes docs/cost.md.</summary>
internal sealed class CostBenchmark : Benchmark
{
    private const string OfGrant = "cost_share_of_grant_100k_512mb";
    private const string Memory = "cost_worker_peak_mib_100k";
    private const long Small = 1_000;
    private const long Large = 100_000;
    private const long Huge = 10_000_000;

    public override string Name => "cost";

    public override string Title => "What a month on Flex Consumption takes";

    public override string About =>
        "Each work over a simulated store, in a process of its own, and the month computed from that: see docs/cost.md, which this benchmark writes.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(OfGrant, GoalKind.AtMost, 1, "GB-seconds of a month with 100,000 backups on 512 MB instances, in monthly free grants"),
        new(Memory, GoalKind.AtMost, CostDocument.InstanceMegabytes - CostDocument.HostMiB, "the largest worker with 100,000 backups, in MiB"),
    ];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var small = await MeasureAsync(context, Small, cancellationToken);
        var large = await MeasureAsync(context, context.Of(quick: Large / 10, full: Large), cancellationToken);
        var more = new SteadyWork(CleanupTempFilesDescription.Name, large.TempBlobs * 10, large.Backups);
        var huge = large.Extrapolated(await MeasureAsync(context, more, cancellationToken), more.TempBlobs, Huge);
        CostStore[] stores = [small, large, huge];
        if (!context.IsQuick)
        {
            var text = CostDocument.Of(stores, TimeProvider.System.GetUtcNow());
            await File.WriteAllTextAsync(Path.Combine(context.Root, "docs", "cost.md"), text, cancellationToken);
        }

        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [OfGrant] = large.Bill.GigabyteSeconds(CostDocument.InstanceMegabytes) / MonthlyBill.FreeGigabyteSeconds,
                [Memory] = large.Took.Values.Max(took => took.PeakMiB),
            },
            Tables = [CostDocument.Month(stores), CostDocument.Work(stores)],
        };
    }

    private static async Task<CostStore> MeasureAsync(BenchContext context, long count, CancellationToken cancellationToken)
    {
        var took = new Dictionary<string, Footprint>();
        foreach (var task in CostStore.Times.Keys)
        {
            took[task] = await MeasureAsync(context, new SteadyWork(task, count, count), cancellationToken);
        }

        return new CostStore(count, count, took);
    }

    private static async Task<Footprint> MeasureAsync(BenchContext context, SteadyWork work, CancellationToken cancellationToken)
    {
        var took = await CostProgram.MeasureAsync(work, cancellationToken);
        context.Say($"{work.Task}, {work.Backups:N0} backups, {work.TempBlobs:N0} temporary blobs: {took.WallSeconds:0.0} s, {took.PeakMiB:0} MiB");
        return took;
    }
}
