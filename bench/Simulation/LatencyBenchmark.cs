using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;

namespace Cochin.Bench.Simulation;

/// <summary>A storage that is far away, and one that is overloaded for a while.</summary>
internal sealed class LatencyBenchmark : Benchmark
{
    private const string Recovers = "adaptive_recovered_vs_before";

    private const double OverloadSeconds = 3;

    private static readonly SimulatedConditions Far = new(LatencyMs: 20, LatencyOfPartMs: 1);

    public override string Name => "latency";

    public override string Title => "Latency and overload, by simulation";

    public override string About =>
        "The simulated service takes 20 ms for each request, and 1 ms more for each part of a batch. First, the effect of "
        + "listing several prefixes at once (six in ten blobs are in one area, which is then listed as many prefixes). "
        + "Then `cleanup_temp_files` over old blobs, as a dry run and for real; and again with a period in the middle in which "
        + "the service accepts only one request at a time and refuses the others with 503.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Recovers, GoalKind.AtLeast, 0.8, "requests at once at the end, relative to those before the overload"),
    ];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var listed = context.Of(quick: 60_000, full: 200_000);
        var listing = await ListAsync(context, listed, cancellationToken);

        var deleted = context.Of(quick: 10_000, full: 120_000);
        var planned = await SimulatedProgram.MeasureAsync(new SimulatedRun(CleanupTempFilesDescription.Name, listed, Conditions: Far), cancellationToken);
        var deletion = new SimulatedRun(CleanupTempFilesDescription.Name, deleted, DryRun: false, Conditions: Far);
        var calm = await SimulatedProgram.MeasureAsync(deletion, cancellationToken);
        var busy = new BusyStretch(AfterRequests: calm.Requests.Values.Sum() / 2, OverloadSeconds, Most: 1);
        var troubled = await SimulatedProgram.MeasureAsync(deletion with { Conditions = Far with { Busy = busy } }, cancellationToken);
        context.Say($"deleting {deleted:N0}: {calm.WallSeconds:0.0} s, with an overload {troubled.WallSeconds:0.0} s");

        var from = troubled.BusyFrom ?? throw new BenchException("the service was never overloaded.");
        var before = Most(troubled, from: 0, from - Timeline.SecondsInBeat);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                [Recovers] = Most(troubled, from + OverloadSeconds, double.MaxValue) / (double)Math.Max(before, 1),
                ["adaptive_level_under_overload"] = Most(troubled, from + (OverloadSeconds / 2), from + OverloadSeconds - Timeline.SecondsInBeat),
            },
            Tables = [listing, Runs(listed, deleted, planned, calm, troubled), Levels(troubled, from)],
        };
    }

    private static int Most(Footprint run, double from, double until) =>
        run.Beats.Where(beat => beat.From >= from && beat.From < until).Select(beat => beat.MostInFlight).DefaultIfEmpty().Max();

    private static async Task<FindingsTable> ListAsync(BenchContext context, int blobs, CancellationToken cancellationToken)
    {
        var set = BlobSet.Temporary(blobs);
        string[] areas = [.. TempAreas.Default.Names.Select(area => area + "/")];
        string[] prefixes = ["restore_temp/", "uploads/", .. PrefixesOfTemp(blobs)];
        (string What, string[] Prefixes, int AtOnce)[] ways =
        [
            ("the three areas, one after the other", areas, 1),
            ("the three areas at once", areas, 3),
            ($"{prefixes.Length} prefixes, four at once", prefixes, 4),
            ($"{prefixes.Length} prefixes, all at once", prefixes, prefixes.Length),
        ];

        var rows = new List<IReadOnlyList<string>>();
        foreach (var (what, some, atOnce) in ways)
        {
            List<double> walls = [], cpus = [];
            for (var round = 0; round < context.Rounds; round++)
            {
                using var service = new SimulatedService(set, null, Far);
                var listing = service.Connect().Connect(new StorageNames()).BackupListing;
                long count = 0;
                var took = await Footprint.TakeAsync(() => Parallel.ForEachAsync(
                    some,
                    new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
                    async (prefix, token) => Interlocked.Add(ref count, await listing.BlobsAsync(new ListingQuery(prefix), token).LongCountAsync(token))));
                if (count != blobs)
                {
                    throw new BenchException($"{what}: {count} of {blobs} blobs were listed.");
                }

                walls.Add(took.WallSeconds);
                cpus.Add(took.CpuSeconds);
            }

            rows.Add([what, Spread.Of(walls).Text("0.00"), Spread.Of(cpus).Text("0.00"), $"{blobs / Spread.Of(walls).Median:N0}"]);
        }

        return new FindingsTable($"Listing {blobs:N0} blobs, {(blobs + 4_999) / 5_000} pages", ["what", "wall, s", "processor, s", "blobs a second"], rows);
    }

    // A thousand units of ten blobs each.
    private static IEnumerable<string> PrefixesOfTemp(int blobs) =>
        Enumerable.Range(0, ((blobs * 6 / 100) + 999) / 1_000).Select(thousand => $"temp/unit-{thousand:D5}");

    private static FindingsTable Runs(int listed, int deleted, Footprint planned, Footprint calm, Footprint troubled) => new(
        "`cleanup_temp_files`",
        ["run", "wall, s", "processor, s", "blobs a second", "most requests at once", "requests", "refused"],
        [
            Row("dry run", listed, planned),
            Row("every blob deleted", deleted, calm),
            Row("the same, overloaded for 3 s", deleted, troubled),
        ]);

    private static IReadOnlyList<string> Row(string what, int blobs, Footprint run) =>
    [
        $"{what}, {blobs:N0} blobs",
        $"{run.WallSeconds:0.0}",
        $"{run.CpuSeconds:0.0}",
        $"{blobs / run.WallSeconds:N0}",
        $"{run.Beats.Max(beat => beat.MostInFlight)}",
        $"{run.Requests.Values.Sum():N0}",
        $"{run.Requests.GetValueOrDefault("refused"):N0}",
    ];

    private static FindingsTable Levels(Footprint run, double from) => new(
        $"Requests at once as the service saw them; it was overloaded from {from:0.0} s to {from + OverloadSeconds:0.0} s",
        ["from, s", "most at once", "answered", "refused"],
        [.. run.Beats.Select(beat => (IReadOnlyList<string>)[$"{beat.From:0.0}", $"{beat.MostInFlight}", $"{beat.Answered}", $"{beat.Refused}"])]);
}
