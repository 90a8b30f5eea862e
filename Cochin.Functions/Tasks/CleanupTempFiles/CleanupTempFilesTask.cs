using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Removes what was left in the temporary areas. The first listing proves: it is complete, tells the service's time and counts. The
/// second one acts on what it sees itself (docs/decisions/0003-two-listings-instead-of-a-kept-plan.md).
/// </summary>
internal sealed class CleanupTempFilesTask(CochinStorage storage, TimeProvider time) : MaintenanceTask<CleanupTempFilesOptions>
{
    private const int BatchesAtFirst = 8;

    private static readonly TimeSpan ClocksMayDiffer = TimeSpan.FromMinutes(5);

    public override string Name => TaskNames.CleanupTempFiles;

    /// <summary>Blobs in a page of a listing; the service gives no more than this.</summary>
    internal int PageSize { get; init; } = 5_000;

    /// <summary>Blobs that are kept of a unit, and of a group of units that are deleted together; a larger unit is listed again when it is deleted.</summary>
    internal int BlobsToKeep { get; init; } = 8 * BlobBatchClient.MostParts;

    /// <summary>Groups of units that are deleted at once.</summary>
    internal int GroupsAtOnce { get; init; } = 3;

    internal int PartsInBatch { get; init; } = BlobBatchClient.MostParts;

    /// <summary>The most batches that are under way at once; how many really are, the storage's answers decide.</summary>
    internal int BatchesAtOnce { get; init; } = 16;

    /// <summary>Told how many batches may be under way from now on.</summary>
    internal Action<int>? ConcurrencyChanged { get; init; }

    protected override async Task<TaskResult> RunAsync(CleanupTempFilesOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var tally = new CleanupTally();
        context.SoFar = () =>
        {
            tally.CloseBooks(isBrokenOff: true);
            return tally.ToResult();
        };
        var report = new UnitReport(context.Items);
        var live = await LiveOperations.ReadAsync(storage.Operations, cancellationToken).ConfigureAwait(false);
        foreach (var operation in live.Unreadable)
        {
            tally.Warn($"{operation} has a Status that is none of the contract's, so what it may use is kept; correct it in the Django application.");
        }

        var listing = new TempListing(storage.BackupListing, PageSize);
        var age = TimeSpan.FromHours(options.AgeHours);

        try
        {
            await foreach (var unit in listing.UnitsAsync(blobsToKeep: 0, cancellationToken).ConfigureAwait(false))
            {
                if (listing.ServiceTime is not { } now)
                {
                    return tally.ToResult() with { Outcome = Outcome.Failed, Error = "The storage did not tell its time (an answer without a Date header), so no age is certain and nothing was deleted. Try again." };
                }

                var verdict = UnitRule.Judge(unit, now - age, live);
                tally.Found(unit, verdict);
                context.Progress(new TaskProgress($"listing {unit.Area}/", tally.Scanned, null));
                report.Found(unit, verdict, now, isFinal: options.DryRun);
                if (options.DryRun)
                {
                    tally.Handle(unit, verdict, verdict == UnitVerdict.Old ? unit.BlobCount : 0, verdict == UnitVerdict.Old ? unit.Bytes : 0);
                }
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            tally.Warn($"There is no container '{storage.Names.BackupContainer}', so there is nothing to clean; if backups are elsewhere, set Cochin__Storage__BackupContainer.");
        }

        if (listing.ServiceTime is { } serviceTime)
        {
            WarnOfClock(serviceTime, tally);
            if (tally.Old > 0 && !options.DryRun)
            {
                await DeleteAsync(serviceTime, age, live, tally, report, context, cancellationToken).ConfigureAwait(false);
            }
        }

        return tally.ToResult();
    }

    private async Task DeleteAsync(DateTimeOffset serviceTime, TimeSpan age, LiveOperations live, CleanupTally tally, UnitReport report, TaskContext context, CancellationToken cancellationToken)
    {
        var cutoff = serviceTime - age;
        var listing = new TempListing(storage.BackupListing, PageSize);
        using var operations = new OperationsWatch(storage.Operations, time);
        using var deletes = new BatchedDeletes(
            storage.BlobService,
            new DeletionGate(storage.Backups, operations, context),
            new AdaptiveConcurrency(BatchesAtOnce, BatchesAtFirst) { Changed = ConcurrencyChanged },
            PartsInBatch,
            time);
        using var deleter = new UnitDeleter(storage.Backups, listing, deletes, context.Audit, cutoff);
        var queue = new DeletionQueue(
            deleter,
            deletion => Handle(deletion.Unit, deletion.Verdict, deletion.BlobsDeleted, deletion.BytesFreed, deletion.Why),
            BlobsToKeep,
            GroupsAtOnce,
            cancellationToken);
        await using (queue.ConfigureAwait(false))
        {
            await foreach (var unit in listing.UnitsAsync(BlobsToKeep, cancellationToken).ConfigureAwait(false))
            {
                // What was in use at first stays so for this run; what is in use since, the deleter sees.
                var verdict = UnitRule.Judge(unit, cutoff, live);
                if (verdict == UnitVerdict.Old)
                {
                    await queue.AddAsync(unit).ConfigureAwait(false);
                }
                else if (verdict != UnitVerdict.Fresh)
                {
                    Handle(unit, verdict);
                }
            }

            await queue.FinishAsync().ConfigureAwait(false);
        }

        tally.CloseBooks(isBrokenOff: false);
        report.Close(serviceTime);

        void Handle(TempUnit unit, UnitVerdict verdict, long blobsDeleted = 0, long bytesFreed = 0, string? why = null)
        {
            tally.Handle(unit, verdict, blobsDeleted, bytesFreed, why);
            report.Handled(unit, verdict, serviceTime);
            context.Progress(new TaskProgress("deleting", tally.Handled, tally.Old));
        }
    }

    private void WarnOfClock(DateTimeOffset serviceTime, CleanupTally tally)
    {
        var difference = time.GetUtcNow() - serviceTime;
        if (difference.Duration() > ClocksMayDiffer)
        {
            tally.Warn($"The clock of this machine is {difference.Duration():d'.'hh':'mm':'ss} {(difference < TimeSpan.Zero ? "behind" : "ahead of")} the storage's; ages were measured on the storage's. Set the clock, or switch time synchronisation on.");
        }
    }
}
