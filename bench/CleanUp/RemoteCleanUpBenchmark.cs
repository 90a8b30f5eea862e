using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Bench.Stub;

namespace Cochin.Bench.CleanUp;

/// <summary>The deletion of old blobs where each request has a way to go.</summary>
internal sealed class RemoteCleanUpBenchmark : Benchmark
{
    private const int QuickBlobs = 1_000;
    private const int Blobs = 10_000;

    private static readonly TimeSpan PerRequest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PerPart = TimeSpan.FromMilliseconds(1);

    public override string Name => "cleanup-remote";

    public override string Title => $"Deleting {Blobs:N0} old blobs, against a slow stub";

    public override string About =>
        $"As before, **against the stub**, but each request is answered after {PerRequest.TotalMilliseconds} ms, and a batch after {PerPart.TotalMilliseconds} ms more for each delete in it: like a service in the nearest region.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new("cleanup_remote_vs_loop32", GoalKind.AtLeast, 3, "wall time of the SDK loop, 32 at once, relative to ours"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Rclone];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var count = context.Of(QuickBlobs, Blobs);
        await using var stub = await StubProcess.StartAsync(cancellationToken);
        var contestants = new CleanUpContestants(context.Root, stub.ConnectionString, Path.Combine(context.Folder, "rclone.conf"));
        var contest = new Contest(context) { PrepareAsync = token => stub.FillAsync(count, PerRequest, PerPart, token), CheckAsync = stub.CheckAsync, ServerId = () => stub.Id };
        var series = await contest.RunAsync([contestants.Ours, contestants.Rclone, contestants.SdkLoop], cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                ["cleanup_remote_vs_loop32"] = series[2].Wall.Median / series[0].Wall.Median,
                ["cleanup_remote_vs_rclone"] = series[1].Wall.Median / series[0].Wall.Median,
            },
            Reasons = new Dictionary<string, string>
            {
                ["cleanup_remote_vs_loop32"] = "the clean-up starts with one batch of 64 deletes and doubles from there (docs/decisions, 9), so that a slow storage doesn't queue thousands of them before the lock is renewed. With the delays of this stub, that is five rounds of 84 to 276 ms before sixteen batches of 256 are in progress (calculated, not measured). Measured with a start of eight batches of 256: 3.08, but then the program lost its lock on an emulator with 10,000 blobs.",
            },
            Tables = [SeriesTable.Of($"{count:N0} blobs, {PerRequest.TotalMilliseconds} ms a request and {PerPart.TotalMilliseconds} ms a delete in a batch", series, count, "the stub")],
        };
    }
}
