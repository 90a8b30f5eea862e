using System.Diagnostics;
using System.Globalization;
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
        "`./cochin show`, already built, on a running, empty storage emulator: the launcher, the settings, reading the jobs' " +
        "states from the storage, and the table. " +
        "The second row is without the launcher, the third prints only the version. For comparison, `dotnet hello.dll` is the program of `dotnet new console`.";

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
                new("`dotnet Cochin.Functions.dll --version`", () => CochinProgram.Start(context.Root, settings, "--version")),
            ],
            cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double> { [Ratio] = series[1].Wall.Median / series[0].Wall.Median },
            Reasons = new Dictionary<string, string> { [Ratio] = WhyMissed(series) },
            Tables = [SeriesTable.Of("A start", series)],
        };
    }

    private static string WhyMissed(IReadOnlyList<Series> series) => string.Create(
        CultureInfo.InvariantCulture,
        $"the launcher takes {(series[1].Wall.Median - series[2].Wall.Median) * 1000:0} ms, and without the storage the program " +
        $"needs {series[3].Wall.Median * 1000:0} ms. The rest is the first request of a process through the SDK and " +
        $"the framework's HTTP client. A profile (perf, 5,000 samples a second, compiled ahead) gives half of it to the " +
        $"runtime's loading of types and binding of code, a fifth to its compiler (some 600 methods, most of them asynchronous " +
        $"state machines of the framework, which it can't take from a compiled image), a seventh to the kernel, and under 5 % to " +
        $"managed code, ours and the SDK's together.");
}
