using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;

namespace Cochin.Bench.Reconciliation;

/// <summary>The reconciliation against what nobody can do without: reading both sides.</summary>
internal sealed class RebuildBenchmark : Benchmark
{
    private const string Ratio = "rebuild_wall_vs_listing";
    private const string RepairRatio = "rebuild_repair_wall_vs_listing";

    public override string Name => "rebuild";

    public override string Title => "`rebuild_backup_paths`, 100,000 blobs and records";

    public override string About =>
        "On one Azurite, in turn: `cochin rebuild_backup_paths --force`, and a program that only lists the blobs and reads five "
        + "columns of the records with the plain SDK, both at the same time. "
        + "First with nothing to do; then with one in a hundred wrong, restored before each round: the blob of a record is gone, "
        + "a missing blob is back, or a blob has no record.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Ratio, GoalKind.AtMost, 1.2, "wall time with nothing to do, over that of a bare listing of blobs and rows at the same time"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var records = context.Of(quick: 8_000, full: 100_000);
        await using var store = await ReconciliationStore.StartAsync(context, records, cancellationToken);

        KeyValuePair<string, string>[] settings = [new("CochinStorage", store.ConnectionString)];
        var ours = new Contestant("`cochin rebuild_backup_paths`", () => CochinProgram.Start(context.Root, settings, "rebuild_backup_paths", "--force"));
        var bare = new Contestant("bare listing", () => OwnProgram.Start(BareListing.Name, store.ConnectionString));
        var idle = await new Contest(context) { WarmUps = 1, ServerId = () => store.ServerId }.RunAsync([ours, bare], cancellationToken);
        var repairs = new Contest(context)
        {
            Rounds = context.Of(quick: 1, full: 3),
            PrepareAsync = store.UnsettleAsync,
            CheckAsync = store.CheckRepairedAsync,
            ServerId = () => store.ServerId,
        };
        var repair = await repairs.RunAsync([ours], cancellationToken);

        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [Ratio] = idle[0].Wall.Median / idle[1].Wall.Median,
                [RepairRatio] = repair[0].Wall.Median / idle[1].Wall.Median,
                ["rebuild_cpu_vs_listing"] = idle[0].Cpu.Median / idle[1].Cpu.Median,
            },
            Tables =
            [
                SeriesTable.Of($"{records - store.Gone:N0} blobs and {records:N0} records, nothing to do", idle, records, "Azurite"),
                SeriesTable.Of(
                    $"The same, {store.Gone} to mark as missing, {store.Returned} to heal, {store.Returned} to register",
                    repair,
                    records,
                    "Azurite"),
            ],
        };
    }
}
