using System.Globalization;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Bench.Simulation;

namespace Cochin.Bench.CleanUp;

/// <summary>The deletion of old blobs against a service that does not saturate.</summary>
internal sealed class StubCleanUpBenchmark : Benchmark
{
    private const int QuickBlobs = 1_000;
    private const int Blobs = 10_000;
    private const int Tenfold = 10;

    public override string Name => "cleanup-stub";

    public override string Title => $"Deleting {Blobs:N0} old blobs, against the simulated service";

    public override string About =>
        "The contestants of the Azurite benchmark **against the simulated service**, which answers as fast as it can: a separate process on the same " +
        "machine, HTTP on loopback. It checks ETags but no signatures. As many blobs, a third in each area, in folders of twenty. It shows what the " +
        "clients can do when the service does not limit them. The service and the contestant share the cores.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new("cleanup_stub_vs_rclone", GoalKind.AtLeast, 2.5, "wall time of rclone over ours, against the simulated service"),
        new("cleanup_stub_vs_sdk", GoalKind.AtLeast, 3, "wall time of the SDK loop over ours, against the simulated service"),
        new(
            "cleanup_requests_per_1000",
            GoalKind.AtMost,
            20,
            "requests of our program for each 1,000 blobs, all in: listing, lock, records, audit log, status page"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Rclone];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var count = context.Of(QuickBlobs, Blobs);
        await using var service = await SimulatedServer.StartAsync(cancellationToken);
        var contestants = new CleanUpContestants(context.Root, service.ConnectionString, Path.Combine(context.Folder, "rclone.conf"));
        var traffic = new TrafficCounts(count);
        var series = await ContestOf(count).RunAsync([contestants.Ours, contestants.Rclone, contestants.SdkLoop], cancellationToken);
        var many = await ContestOf(count * Tenfold).RunAsync([contestants.Ours, contestants.Rclone, contestants.SdkLoop], cancellationToken);
        foreach (var contestant in new[] { contestants.Ours, contestants.Rclone, contestants.SdkLoop })
        {
            await service.FillAsync(count, new SimulatedConditions(), cancellationToken);
            await MeasuredProcess.RunAsync(contestant.Start(), TimeSpan.FromMinutes(5), cancellationToken);
            traffic.Add(contestant.Name, await service.StateAsync(cancellationToken));
        }

        var idle = await new Contest(context) { PrepareAsync = token => service.FillAsync(0, new SimulatedConditions(), token) }
            .RunAsync([contestants.Ours], cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                ["cleanup_stub_vs_rclone"] = series[1].Wall.Median / series[0].Wall.Median,
                ["cleanup_stub_vs_sdk"] = series[2].Wall.Median / series[0].Wall.Median,
                ["cleanup_stub_cpu_vs_rclone"] = series[0].Cpu.Median / series[1].Cpu.Median,
                ["cleanup_stub_cpu_vs_sdk"] = series[0].Cpu.Median / series[2].Cpu.Median,
                ["cleanup_stub_vs_rclone_tenfold"] = many[1].Wall.Median / many[0].Wall.Median,
                ["cleanup_stub_vs_sdk_tenfold"] = many[2].Wall.Median / many[0].Wall.Median,
                ["cleanup_requests_per_1000"] = traffic.PerThousand(contestants.Ours.Name),
            },
            Reasons = new[] { "cleanup_stub_vs_rclone", "cleanup_stub_vs_sdk" }.ToDictionary(ratio => ratio, _ => WhyMissed(series, idle[0], many)),
            Tables =
            [
                SeriesTable.Of($"{count:N0} blobs, no delay", series, count, "the service"),
                SeriesTable.Of($"{count * Tenfold:N0} blobs, no delay", many, count * Tenfold, "the service"),
                SeriesTable.Of("The same with nothing to delete", idle),
                traffic.Table(),
            ],
        };

        Contest ContestOf(int blobs) => new(context)
        {
            WarmUps = 1,
            PrepareAsync = token => service.FillAsync(blobs, new SimulatedConditions(), token),
            CheckAsync = service.CheckAsync,
            ServerId = () => service.Id,
        };
    }

    private static string WhyMissed(IReadOnlyList<Series> series, Series idle, IReadOnlyList<Series> many) => string.Create(
        CultureInfo.InvariantCulture,
        $"our run with nothing to delete takes {idle.Wall.Median:0.00} s and {idle.Cpu.Median:0.00} s of processor time, of " +
        $"{series[0].Wall.Median:0.00} and {series[0].Cpu.Median:0.00} s with the blobs. Of these, some 0.3 s of processor time " +
        $"are the compilation " +
        $"of 2,800 methods at run time (as the runtime counts them, JitInfo), most of them the framework's generic code around " +
        $"asynchronous methods, which no image compiled ahead holds: the price of a start of .NET with blobs, tables, a lock, an " +
        $"audit log and a status page. " +
        $"With more to delete it matters less: with ten times as many blobs rclone takes {Factor(many[1], many[0])} and the SDK " +
        $"loop {Factor(many[2], many[0])} times as long as ours.");

    private static string Factor(Series theirs, Series ours) => (theirs.Wall.Median / ours.Wall.Median).ToString("0.0", CultureInfo.InvariantCulture);
}
