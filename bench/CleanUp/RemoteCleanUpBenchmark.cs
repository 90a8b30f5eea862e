using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Bench.Simulation;

namespace Cochin.Bench.CleanUp;

/// <summary>The deletion of old blobs on a service that is far away.</summary>
internal sealed class RemoteCleanUpBenchmark : Benchmark
{
    private const int QuickBlobs = 1_000;
    private const int Blobs = 10_000;

    private static readonly SimulatedConditions Far = new(LatencyMs: 20, LatencyOfPartMs: 1);

    public override string Name => "cleanup-remote";

    public override string Title => $"Deleting {Blobs:N0} old blobs, against a service that takes its time";

    public override string About =>
        $"As before, **against the simulated service**, but each request is answered after {Far.LatencyMs} ms, and a batch after "
        + $"{Far.LatencyOfPartMs} ms more for each delete in it: a service as far away as the nearest region.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new("cleanup_remote_vs_loop32", GoalKind.AtLeast, 3, "wall time of the SDK loop, 32 at once, relative to ours"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Rclone];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var count = context.Of(QuickBlobs, Blobs);
        await using var service = await SimulatedServer.StartAsync(cancellationToken);
        var contestants = new CleanUpContestants(context.Root, service.ConnectionString, Path.Combine(context.Folder, "rclone.conf"));
        var contest = new Contest(context)
        {
            PrepareAsync = token => service.FillAsync(count, Far, token),
            CheckAsync = service.CheckAsync,
            ServerId = () => service.Id,
        };
        var series = await contest.RunAsync([contestants.Ours, contestants.Rclone, contestants.SdkLoop], cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                ["cleanup_remote_vs_loop32"] = series[2].Wall.Median / series[0].Wall.Median,
                ["cleanup_remote_vs_rclone"] = series[1].Wall.Median / series[0].Wall.Median,
            },
            Tables =
            [
                SeriesTable.Of(
                    $"{count:N0} blobs, {Far.LatencyMs} ms a request and {Far.LatencyOfPartMs} ms a delete in a batch",
                    series,
                    count,
                    "the service"),
            ],
        };
    }
}
