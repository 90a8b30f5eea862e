using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;

namespace Cochin.Bench.StuckOperations;

/// <summary>Finding the few open operations among very many that have ended.</summary>
internal sealed class StuckBenchmark : Benchmark
{
    private const string Ratio = "stuck_wall_vs_query";

    public override string Name => "stuck";

    public override string Title => "`cleanup_stuck_operations`, 50 open among 100,000 that have ended";

    public override string About =>
        "On one Azurite, in turn: the task as a dry run, the task for real (the 50 are opened again before each run: it marks "
        + "each with a conditional write, two audit lines, a run record and the status page), a program that uses the plain SDK "
        + "to read "
        + "only the open rows (the service scans all of them, but sends 50), and one that reads every row.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Ratio, GoalKind.AtMost, 1.5, "wall time of a dry run over that of a program that reads the open rows only"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var ended = context.Of(quick: 10_000, full: 100_000);
        await using var azurite = await FilledAzurite.StartAsync(context, [], OpenOperations.Ended(ended), cancellationToken);
        var rows = new OpenOperations(new StorageConnection(azurite.Endpoint.ConnectionString).Connect(new StorageNames()), ended, open: 50);

        KeyValuePair<string, string>[] settings = [new("CochinStorage", azurite.Endpoint.ConnectionString)];
        var looked = await new Contest(context) { WarmUps = 1, PrepareAsync = rows.OpenAsync }.RunAsync(
            [
                new("`cochin cleanup_stuck_operations --dry-run`", () => CochinProgram.Start(context.Root, settings, "cleanup_stuck_operations", "--dry-run")),
                new("the open rows, plain SDK", () => OwnProgram.Start(BareRows.Name, azurite.Endpoint.ConnectionString, OperationStatus.LiveFilter)),
                new("all rows, plain SDK", () => OwnProgram.Start(BareRows.Name, azurite.Endpoint.ConnectionString)),
            ],
            cancellationToken);
        var marked = await new Contest(context) { PrepareAsync = rows.OpenAsync, CheckAsync = rows.CheckMarkedAsync }.RunAsync(
            [new("`cochin cleanup_stuck_operations --force`", () => CochinProgram.Start(context.Root, settings, "cleanup_stuck_operations", "--force"))],
            cancellationToken);

        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [Ratio] = looked[0].Wall.Median / looked[1].Wall.Median,
                ["stuck_wall_vs_all_rows"] = looked[0].Wall.Median / looked[2].Wall.Median,
                ["stuck_marking_wall_vs_query"] = marked[0].Wall.Median / looked[1].Wall.Median,
            },
            Tables = [SeriesTable.Of($"50 open among {ended:N0} that have ended", [looked[0], marked[0], looked[1], looked[2]])],
        };
    }
}
