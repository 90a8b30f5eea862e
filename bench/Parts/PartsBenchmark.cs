using Cochin.Bench.Contestants;
using Cochin.Bench.Reconciliation;
using Cochin.Bench.Running;
using Cochin.Bench.Simulation;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Bench.Parts;

/// <summary>Work that takes more than the time for one run.</summary>
internal sealed class PartsBenchmark : Benchmark
{
    private static readonly SimulatedConditions Far = new(LatencyMs: 20, LatencyOfPartMs: 1);

    public override string Name => "parts";

    public override string Title => "Work that takes several runs";

    public override string About =>
        "The clean-up and the reconciliation with a few seconds for each run (`Cochin__Runs__LimitMinutes`, a third of the time "
        + "of an unlimited run), until the work is done: a run stops at a safe point and saves a checkpoint, and the next one "
        + "continues. For comparison, the same work in one run. "
        + "The clean-up deletes 300,000 blobs (a run checks its time once per page of 5,000, so a part takes many pages) from a "
        + "simulated container with 20 ms per request and 1 ms per part of a batch, which remembers what was deleted; the rest is "
        + "on an Azurite. The reconciliation has 100,000 records on an Azurite, one in a hundred wrong. "
        + "Counted are pages read (blobs and rows), reads of single items, requests that change items, and those for lock, "
        + "checkpoint, audit log, records and status page. The final state is checked to be the same.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new("parts_cleanup_pages_vs_one_run", GoalKind.AtMost, 1.5, "pages read by the clean-up in all parts, relative to one run: no listing starts over"),
        new("parts_rebuild_pages_vs_one_run", GoalKind.AtMost, 1.5, "the same for the reconciliation"),
        new("parts_deleted_twice", GoalKind.AtMost, 0, "deletes of blobs that were already gone"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var (rebuilt, rebuiltAtOnce) = await RebuildAsync(context, cancellationToken);
        var (cleaned, again, cleanedAtOnce) = await CleanAsync(context, cancellationToken);
        return new Findings
        {
            Ratios = new Dictionary<string, double>
            {
                ["parts_cleanup_pages_vs_one_run"] = cleaned.Sum(part => part.Requests.Pages) / (double)cleanedAtOnce.Requests.Pages,
                ["parts_cleanup_wall_vs_one_run"] = cleaned.Sum(part => part.Seconds) / cleanedAtOnce.Seconds,
                ["parts_rebuild_pages_vs_one_run"] = rebuilt.Sum(part => part.Requests.Pages) / (double)rebuiltAtOnce.Requests.Pages,
                ["parts_rebuild_wall_vs_one_run"] = rebuilt.Sum(part => part.Seconds) / rebuiltAtOnce.Seconds,
                ["parts_deleted_twice"] = again,
            },
            Tables = [PartsTable.Of("`cleanup_temp_files`", cleaned, cleanedAtOnce), PartsTable.Of("`rebuild_backup_paths`", rebuilt, rebuiltAtOnce)],
        };
    }

    // A third of what it takes, so that it does not come to an end with one run on any machine.
    private static TimeSpan Limit(Part whole) => TimeSpan.FromSeconds(Math.Max(1, Math.Round(whole.Seconds / 3)));

    private static async Task<(IReadOnlyList<Part> Parts, int Again, Part Whole)> CleanAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var azurite = await BenchAzurite.StartAsync(context, cancellationToken);
        var (whole, _) = await RunAsync(limit: null);
        var (parts, again) = await RunAsync(Limit(whole[0]));
        return (parts, again, whole[0]);

        async Task<(IReadOnlyList<Part> Parts, int Again)> RunAsync(TimeSpan? limit)
        {
            var blobs = BlobSet.Temporary(context.Of(quick: 100_000, full: 300_000));
            var deleted = new DeletedBlobs(blobs);
            using var service = new SimulatedService(blobs, null, Far) { Deleted = deleted };
            using var transport = new HalfSimulated(service);
            var parts = await WorkInParts.RunAsync(transport.Connect(azurite.Endpoint), CleanupTempFilesDescription.Name, limit, cancellationToken);
            context.Say($"clean-up in {parts.Count} parts, {parts.Sum(part => part.Seconds):0.0} s");
            return deleted.Count == blobs.Count
                ? (parts, deleted.Again)
                : throw new BenchException($"the clean-up left {blobs.Count - deleted.Count} of {blobs.Count} blobs.");
        }
    }

    private static async Task<(IReadOnlyList<Part> Parts, Part Whole)> RebuildAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var store = await ReconciliationStore.StartAsync(context, context.Of(quick: 20_000, full: 100_000), cancellationToken);
        var whole = await RunAsync(limit: null);
        var parts = await RunAsync(Limit(whole[0]));
        return (parts, whole[0]);

        async Task<IReadOnlyList<Part>> RunAsync(TimeSpan? limit)
        {
            await store.UnsettleAsync(cancellationToken);
            var parts = await WorkInParts.RunAsync(store.Connection, RebuildBackupPathsDescription.Name, limit, cancellationToken);
            if (await store.CheckRepairedAsync(cancellationToken) is { } problem)
            {
                throw new BenchException($"in {parts.Count} parts: {problem}");
            }

            context.Say($"reconciliation in {parts.Count} parts, {parts.Sum(part => part.Seconds):0.0} s");
            return parts;
        }
    }
}
