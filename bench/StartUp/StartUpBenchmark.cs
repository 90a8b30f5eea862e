using System.Diagnostics;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;

namespace Cochin.Bench.StartUp;

/// <summary>How long a person waits for the least that the command line does.</summary>
internal sealed class StartUpBenchmark : Benchmark
{
    private const int WarmUps = 2;
    private const string Ratio = "startup_vs_hello";

    public override string Name => "startup";

    public override string Title => "Start-up";

    public override string About =>
        "`./cochin show`, already built, on a storage emulator that runs and is empty: the launcher, the settings, a read of the jobs' states in the storage, and the table. " +
        "A second row leaves out the launcher. Beside them, `dotnet hello.dll`, the program of `dotnet new console`.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Ratio, GoalKind.AtMost, 3, "wall time of `./cochin show` over that of a bare `dotnet` hello world"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var hello = await HelloWorld.BuildAsync(context.Folder, cancellationToken);
        await using var azurite = await BenchAzurite.StartAsync(context, cancellationToken);
        KeyValuePair<string, string>[] settings = [new("CochinStorage", azurite.Endpoint.ConnectionString)];
        var contest = new Contest(context) { WarmUps = WarmUps, Rounds = context.Of(quick: 3, full: 15) };
        var series = await contest.RunAsync(
            [
                new("`dotnet hello.dll`", () => new ProcessStartInfo("dotnet", [hello])),
                new("`./cochin show`", () => CochinProgram.StartByLauncher(context.Root, settings, "show")),
                new("`dotnet Cochin.Functions.dll show`", () => CochinProgram.Start(context.Root, settings, "show")),
            ],
            cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double> { [Ratio] = series[1].Wall.Median / series[0].Wall.Median },
            Tables = [SeriesTable.Of("A start", series)],
        };
    }
}
