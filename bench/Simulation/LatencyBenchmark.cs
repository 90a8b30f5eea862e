using Cochin.Bench.Running;
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
        "The simulated service takes 20 ms for each request, and 1 ms more for each part of a batch. "
        + "`cleanup_temp_files` over old blobs, as a dry run and for real; and again with a period in the middle in which "
        + "the service accepts only one request at a time and refuses the others with 503.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Recovers, GoalKind.AtLeast, 0.8, "requests at once at the end, relative to those before the overload"),
    ];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var listed = context.Of(quick: 60_000, full: 200_000);
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
            Tables = [Runs(listed, deleted, planned, calm, troubled), Levels(troubled, from)],
        };
    }

    private static int Most(Footprint run, double from, double until) =>
        run.Beats.Where(beat => beat.From >= from && beat.From < until).Select(beat => beat.MostInFlight).DefaultIfEmpty().Max();

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
