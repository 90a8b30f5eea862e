using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Makes records say whether their blob is there.</summary>
internal sealed class RecordRepair(BackupInventory inventory, RebuildRun run)
{
    private const int Attempts = 3;

    private readonly StepPacer pace = new(run.Context);

    /// <param name="records">Those to be marked or healed; other verdicts don't come here.</param>
    /// <returns>False where the time was used up before all were.</returns>
    public async Task<bool> RepairAsync(IEnumerable<JudgedRecord> records, CancellationToken cancellationToken)
    {
        // The caller has asked for the time before the first batch.
        var isFirst = true;
        foreach (var batch in records.Chunk(Batches.Size))
        {
            if (!isFirst && (run.IsOutOfTime || !pace.CanStart()))
            {
                return false;
            }

            isFirst = false;
            var begun = run.Context.Time.GetTimestamp();
            var changes = run.DryRun ? Array.ConvertAll(batch, Planned) : await RepairAsync(batch, cancellationToken).ConfigureAwait(false);
            foreach (var (record, change) in batch.Zip(changes))
            {
                run.Report.Repairing(record, change);
            }

            pace.RecordDuration(run.Context.Time.GetElapsedTime(begun));
            run.State.Repaired += batch.Length;
            run.Context.Progress(new TaskProgress("updating records", run.State.Repaired, null));
        }

        return true;
    }

    private async Task<Change[]> RepairAsync(JudgedRecord[] batch, CancellationToken cancellationToken)
    {
        await run.AuditAsync(batch.Select(record => AuditEntry.Planned(Action(record), record.Target, Before(record))), cancellationToken).ConfigureAwait(false);
        var changes = await Batches.ForAllAsync(batch, RepairAsync, cancellationToken).ConfigureAwait(false);
        await run.AuditAsync(batch.Zip(changes, Entry), cancellationToken).ConfigureAwait(false);
        return changes;
    }

    private async Task<Change> RepairAsync(JudgedRecord planned, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                // Row first, then blob: a row read after the look at the blob could be about a newer one.
                var row = await run.Storage.Operations.FindAsync(OperationKind.Backup, planned.Record.Id, cancellationToken).ConfigureAwait(false);
                if (row is null || !await StillHoldsAsync(planned, Operation.From(row), cancellationToken).ConfigureAwait(false))
                {
                    return Change.LeftAlone("changed");
                }

                if (await TryWriteAsync(planned, row, cancellationToken).ConfigureAwait(false))
                {
                    return Planned(planned);
                }
            }

            return Change.LeftAlone("changed");
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return Change.Failed(e);
        }
    }

    private async Task<bool> StillHoldsAsync(JudgedRecord planned, Operation current, CancellationToken cancellationToken)
    {
        if (current.BlobName != planned.Record.BlobName)
        {
            return false;
        }

        var size = await inventory.FindSizeAsync(planned.Names ?? [planned.Record.BlobName!], cancellationToken).ConfigureAwait(false);
        return Judge.Record(current, size) == planned.Verdict;
    }

    /// <returns>False if another process changed or deleted the row since it was read.</returns>
    private async Task<bool> TryWriteAsync(JudgedRecord record, TableEntity row, CancellationToken cancellationToken)
    {
        // A merge leaves alone what is not named here, and can't take a column away: an empty message is none.
        var change = new TableEntity(OperationKind.Backup, record.Record.Id) { ["Status"] = After(record) };
        var mode = TableUpdateMode.Merge;
        if (record.IsPruned)
        {
            change["PrunedAt"] = run.Context.Time.GetUtcNow();
        }
        else
        {
            change["ErrorMessage"] = record.Verdict == RecordVerdict.Missing ? run.Explain(record.BlobName, run.Storage.Names.BackupContainer) : "";
        }

        if (record.Record.Status == OperationStatus.Pruned)
        {
            // Otherwise the backup would count as pruned if its blob got lost later.
            (change, mode) = (new TableEntity(row) { ["Status"] = After(record) }, TableUpdateMode.Replace);
            change.Set(nameof(Operation.PruneStartedAt), null);
            change.Set(nameof(Operation.PrunedAt), null);
        }

        try
        {
            await run.Storage.Operations.UpdateEntityAsync(change, row.ETag, mode, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    private static Change Planned(JudgedRecord record) => Change.Made(record switch { { IsPruned: true } => OperationStatus.Pruned, { Verdict: RecordVerdict.Missing } => "marked", _ => "healed" });

    private static AuditEntry Entry(JudgedRecord record, Change change) =>
        new(Action(record), record.Target, change.Detail, Before(record), change.Outcome == ChangeOutcome.Made ? After(record) : null);

    private static string Before(JudgedRecord record) => record.Record.Status!;

    private static string After(JudgedRecord record) => record switch
    {
        { IsPruned: true } => OperationStatus.Pruned,
        { Verdict: RecordVerdict.Missing } => OperationStatus.FileMissing,
        _ => OperationStatus.Completed,
    };

    private static string Action(JudgedRecord record) => record.Verdict == RecordVerdict.Missing ? "mark_missing" : "heal";
}
