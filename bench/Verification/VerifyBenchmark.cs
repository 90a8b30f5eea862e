using System.Globalization;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;

namespace Cochin.Bench.Verification;

/// <summary>Compares the verification of backups with a download that ignores the contents.</summary>
internal sealed class VerifyBenchmark : Benchmark
{
    private const string ChecksumRatio = "verify_checksum_vs_download";
    private const string ContentsRatio = "verify_contents_vs_download";
    private const string MemoryGrowth = "verify_memory_growth_mib";

    // As many as the verification reads at once.
    private const int LargeBackups = 8;

    private static readonly int Cores = Environment.ProcessorCount;

    public override string Name => "verify";

    public override string Title => "`verify_backups`, compared with a bare download";

    public override string About =>
        "Alternating on one Azurite instance: `cochin verify_backups`, which reads up to 8 backups at once, and a program that downloads the same blobs with "
        + "the plain SDK, 8 at once, and ignores the contents. The backups are large enough that start-up, lock and run record hardly matter. First `.dump` "
        + "files, of which only the size and the SHA-256 can be checked; then `.encrypted` files with the key set: SHA-256 of the file, signature and "
        + "decryption of every token, decompression and CRC of every entry of the archive. A quarter of the archive's data is SQL, compressed to about a "
        + "sixth, and the rest are incompressible uploads; with more SQL the ratio is higher, because decompression takes the most processor time. Before "
        + "each round, all rows are made due; after each verification, every row must have the expected level. Memory growth is the peak memory of a run "
        + "over 8 encrypted backups of 1 GB, minus that of a run over 8 of 10 MB.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(ChecksumRatio, GoalKind.AtMost, 1.25, "wall time of the verification at the level `checksum`, divided by that of the bare download"),
        new(ContentsRatio, GoalKind.AtMost, 1.6, "wall time of the verification at the level `contents`, divided by that of the bare download"),
        new(MemoryGrowth, GoalKind.AtMost, 32, "peak memory with the largest backups, minus that with the smallest, in MiB"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (count, size) = (context.Of(quick: 16, full: 64), context.Of(quick: 32L, full: 64L) * 1024 * 1024);
        var (smallSize, largeSize) = (10_000_000L, context.Of(quick: 200_000_000L, full: 1_000_000_000L));
        var (checksum, checksumTable) = await CompareAsync(context, BackupContents.Dump, count, size, cancellationToken);
        var (contents, contentsTable) = await CompareAsync(context, BackupContents.Encrypted, count, size, cancellationToken);
        var (small, smallTable) = await VerifyAsync(context, smallSize, cancellationToken);
        var (large, largeTable) = await VerifyAsync(context, largeSize, cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [ChecksumRatio] = checksum[0].Wall.Median / checksum[1].Wall.Median,
                [ContentsRatio] = contents[0].Wall.Median / contents[1].Wall.Median,
                [MemoryGrowth] = large.Peak.Median - small.Peak.Median,
                ["verify_checksum_cpu_vs_download"] = checksum[0].Cpu.Median / checksum[1].Cpu.Median,
                ["verify_contents_cpu_vs_download"] = contents[0].Cpu.Median / contents[1].Cpu.Median,
            },
            Reasons = new Dictionary<string, string> { [ChecksumRatio] = ExplainMiss(checksum), [ContentsRatio] = ExplainMiss(contents) },
            Tables = [checksumTable, contentsTable, smallTable, largeTable],
        };
    }

    private static async Task<(IReadOnlyList<Series> Series, FindingsTable Table)> CompareAsync(
        BenchContext context, BackupContents kind, int count, long size, CancellationToken cancellationToken)
    {
        await using var store = await BackupStore.StartAsync(context, kind, count, size, cancellationToken);
        var contest = new Contest(context) { WarmUps = 1, PrepareAsync = store.ResetAsync, ServerId = () => store.ServerId };
        var series = await contest.RunAsync([store.Verification, store.Download], cancellationToken);
        var title = $"{count} `{kind.Extension}` backups, {store.TotalBytes / 1e9:0.00} GB, level `{kind.Level}`";
        return (series, SeriesTable.Of(title, series, server: "Azurite"));
    }

    private static async Task<(Series Series, FindingsTable Table)> VerifyAsync(BenchContext context, long size, CancellationToken cancellationToken)
    {
        await using var store = await BackupStore.StartAsync(context, BackupContents.Encrypted, LargeBackups, size, cancellationToken);
        var contest = new Contest(context) { Rounds = context.Of(quick: 1, full: 3), PrepareAsync = store.ResetAsync, ServerId = () => store.ServerId };
        var series = await contest.RunAsync([store.Verification], cancellationToken);
        return (series[0], SeriesTable.Of($"{LargeBackups} `.encrypted` backups of {size / 1e6:N0} MB", series, server: "Azurite"));
    }

    // The shares are from a profile (perf) of a verification at the level `contents`.
    private static string ExplainMiss(IReadOnlyList<Series> series) =>
        $"{Describe("The verification", series[0])}; {Describe("the download", series[1])}. Of the verification's own processor time at the level `contents`, "
        + "a third is decompression and a fifth hashing and decryption.";

    private static string Describe(string who, Series series) => string.Create(
        CultureInfo.InvariantCulture,
        $"{who} and Azurite kept the {Cores} cores busy for {Load(series):0 %} of the time ({series.Cpu.Median:0.0} s and {series.Server.Median:0.0} s)");

    private static double Load(Series series) => (series.Cpu.Median + series.Server.Median) / (Cores * series.Wall.Median);
}
