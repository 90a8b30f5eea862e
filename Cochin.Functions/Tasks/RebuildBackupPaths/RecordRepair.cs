using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Corrects the status of wrong records: <c>file_missing</c> or <c>completed</c>.</summary>
internal sealed class RecordRepair(BackupInventory inventory, BackupSettings settings, RebuildRun run)
{
    private const int Attempts = 3;

    private readonly StepPacer pace = new(run.Context);
    private readonly ReturnedRecords returned = new(inventory, settings, run);

    /// <param name="records">The records to mark or heal; they must have one of these verdicts.</param>
    /// <returns>False if the time was used up before all records were repaired.</returns>
    public async Task<bool> RepairAsync(IEnumerable<CheckedRecord> records, CancellationToken cancellationToken)
    {
        // The caller has checked the time for the first batch.
        var isFirst = true;
        foreach (var batch in records.Chunk(Batches.Size))
        {
            if (!isFirst && (run.IsOutOfTime || !pace.CanStart()))
            {
                return false;
            }

            isFirst = false;
            var started = run.Context.Time.GetTimestamp();
            var changes = run.DryRun
                ? await Batches.ForAllAsync(batch, PlanAsync, cancellationToken).ConfigureAwait(false)
                : await RepairAsync(batch, cancellationToken).ConfigureAwait(false);
            foreach (var (record, change) in batch.Zip(changes))
            {
                run.Report.Repaired(record, change);
            }

            pace.RecordDuration(run.Context.Time.GetElapsedTime(started));
            run.State.Repaired += batch.Length;
            run.Context.Progress(new TaskProgress("updating records", run.State.Repaired, null));
        }

        return true;
    }

    private async Task<Change[]> RepairAsync(CheckedRecord[] batch, CancellationToken cancellationToken)
    {
        await run
            .AuditAsync(batch.Select(record => AuditEntry.Planned(Action(record), record.Target, Before(record))), cancellationToken)
            .ConfigureAwait(false);
        var changes = await Batches.ForAllAsync(batch, RepairAsync, cancellationToken).ConfigureAwait(false);
        await run.AuditAsync(batch.Zip(changes, Entry), cancellationToken).ConfigureAwait(false);
        return changes;
    }

    // Whether and how a record is healed depends on its blob.
    private Task<Change> PlanAsync(CheckedRecord record, CancellationToken cancellationToken) =>
        record.Verdict == RecordVerdict.Returned ? RepairAsync(record, cancellationToken) : Task.FromResult(Planned(record));

    /// <summary>Repairs a record. In a dry run, only finds out how.</summary>
    private async Task<Change> RepairAsync(CheckedRecord planned, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; attempt < Attempts; attempt++)
            {
                // To mark a record, its row need not be read again: the ETag of the check proves that it is unchanged. Healing needs the whole row.
                var isKnown = attempt == 0 && planned.Verdict == RecordVerdict.Missing && planned.Record.ETag != default;

                // Read the row before the blob: a row that is read later may refer to a newer blob.
                var row = isKnown
                    ? null
                    : await run.Storage.Operations.FindAsync(OperationKind.Backup, planned.Record.Id, cancellationToken).ConfigureAwait(false);
                var current = row is null ? planned.Record : Operation.From(row);
                if ((row is null && !isKnown) || !await StillHoldsAsync(planned, current, cancellationToken).ConfigureAwait(false))
                {
                    return Change.Skipped("changed");
                }

                var (healed, change) = planned.Verdict == RecordVerdict.Returned
                    ? await returned.HealAsync(planned, row!, cancellationToken).ConfigureAwait(false)
                    : new HealedRow(null, Planned(planned));
                if (change.Outcome != ChangeOutcome.Applied
                    || run.DryRun
                    || await TryWriteAsync(planned, current.ETag, healed, cancellationToken).ConfigureAwait(false))
                {
                    return change;
                }
            }

            return Change.Skipped("changed");
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return Change.Failed(e);
        }
    }

    private async Task<bool> StillHoldsAsync(CheckedRecord planned, Operation current, CancellationToken cancellationToken)
    {
        if (current.BlobName != planned.Record.BlobName)
        {
            return false;
        }

        var size = await inventory.FindSizeAsync(planned.Names ?? [planned.Record.BlobName!], cancellationToken).ConfigureAwait(false);
        return ReconciliationRule.EvaluateRecord(current, size) == planned.Verdict;
    }

    /// <param name="healed">The whole row to write; null to change only its status.</param>
    /// <returns>False if another process changed or deleted the row since it was read.</returns>
    private async Task<bool> TryWriteAsync(CheckedRecord record, ETag version, TableEntity? healed, CancellationToken cancellationToken)
    {
        // A merge keeps all other columns. It can't remove a column, so an empty message means none.
        var change = healed ?? new TableEntity(OperationKind.Backup, record.Record.Id) { ["Status"] = After(record) };
        if (record.IsPruned)
        {
            change["PrunedAt"] = run.Context.Time.GetUtcNow();
        }
        else if (healed is null)
        {
            change["ErrorMessage"] = record.Verdict == RecordVerdict.Missing ? run.Explain(record.BlobName, run.Storage.Names.BackupContainer) : "";
        }

        try
        {
            var mode = healed is null ? TableUpdateMode.Merge : TableUpdateMode.Replace;
            await run.Storage.Operations.UpdateEntityAsync(change, version, mode, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    private static Change Planned(CheckedRecord record) => Change.Applied(record switch
    {
        { IsPruned: true } => OperationStatus.Pruned,
        { Verdict: RecordVerdict.Missing } => "marked",
        _ => "healed",
    });

    private static AuditEntry Entry(CheckedRecord record, Change change) =>
        new(Action(record), record.Target, change.Detail, Before(record), change.Outcome == ChangeOutcome.Applied ? After(record) : null);

    private static string Before(CheckedRecord record) =>
        record is { Verdict: RecordVerdict.Returned, Record.Status: OperationStatus.Completed } ? nameof(Operation.FileMissing) : record.Record.Status!;

    private static string After(CheckedRecord record) => record switch
    {
        { IsPruned: true } => OperationStatus.Pruned,
        { Verdict: RecordVerdict.Missing } => OperationStatus.FileMissing,
        _ => OperationStatus.Completed,
    };

    private static string Action(CheckedRecord record) => record.Verdict == RecordVerdict.Missing ? "mark_missing" : "heal";
}
