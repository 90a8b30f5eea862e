using System.Globalization;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;

namespace Cochin.Bench.Sync;

/// <summary>Compares the first run on an installation with `rclone copy`.</summary>
internal sealed class SyncUploadBenchmark : Benchmark
{
    private const string Ratio = "sync_upload_vs_rclone";
    private const int Mebibyte = 1024 * 1024;

    public override string Name => "sync_upload";

    public override string Title => "The first run of `sync_django`, compared with `rclone copy`";

    public override string About =>
        "Alternating, each run on a new, empty Azurite: `cochin sync_django` of an installation, with its backups in the database, their rows, the "
        + "comparison, SHA-256 of each file and of each block, metadata, lock, run record and audit log; and `rclone copy` of the same folder with 8 "
        + "transfers, which copies only the files. Large files are sent in blocks of 4 MiB, small ones in one request.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Ratio, GoalKind.AtLeast, 1, "wall time of `rclone copy`, divided by ours"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node, Tool.Rclone];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var store = new EmptyStore(
            context,
            (context.Of(quick: 2, full: 4), context.Of(quick: 32, full: 128) * Mebibyte),
            (context.Of(quick: 100, full: 500), Mebibyte / 8));
        var contest = new Contest(context) { WarmUps = 1, PrepareAsync = store.RenewAsync, CheckAsync = store.CheckAsync, ServerId = () => store.ServerId };
        var series = await contest.RunAsync([store.Ours, store.Rclone], cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [Ratio] = series[1].Wall.Median / series[0].Wall.Median,
                ["sync_upload_cpu_vs_rclone"] = series[0].Cpu.Median / series[1].Cpu.Median,
            },
            Reasons = new Dictionary<string, string>
            {
                [Ratio] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Azurite was busy for {Share(series[0]):0 %} of our time and {Share(series[1]):0 %} of rclone's."),
            },
            Tables = [SeriesTable.Of($"{store.Count} files, {store.Bytes / 1e9:0.00} GB", series, store.Count, server: "Azurite")],
        };
    }

    private static double Share(Series series) => series.Server.Median / series.Wall.Median;
}
