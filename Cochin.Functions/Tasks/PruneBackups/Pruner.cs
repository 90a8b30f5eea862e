using System.Globalization;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// Deletes the backups that the plan prunes. For each blob: audit line, mark on its rows, delete, final status of its rows. If a run dies,
/// the next one sees from the rows what was started.
/// </summary>
internal sealed class Pruner(TaskContext context, PruneReport report, PruneGuard guard)
{
    private const string Action = "prune";

    private readonly BackupInventory inventory = new(context.Storage);
    private readonly PruneMarks marks = new(context);
    private readonly StepPacer pace = new(context);

    /// <returns>False if the time ran out before all were pruned.</returns>
    public async Task<bool> PruneAsync(IReadOnlyList<PruneUnit> units, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var unit in units)
        {
            if (context.IsOutOfTime() || !pace.CanStart())
            {
                return false;
            }

            var begun = context.Time.GetTimestamp();
            if (await guard.ReasonToKeepAsync(unit, cancellationToken).ConfigureAwait(false) is { } reason)
            {
                report.Kept(unit, reason);
            }
            else
            {
                await PruneAsync(unit, cancellationToken).ConfigureAwait(false);
            }

            pace.RecordDuration(context.Time.GetElapsedTime(begun));
            context.Progress(new TaskProgress("pruning backups", ++done, units.Count));
        }

        return true;
    }

    /// <summary>Clears the marks of backups that an earlier run started to prune and that are now kept.</summary>
    public async Task ClearAsync(IEnumerable<PlannedBackup> backups, CancellationToken cancellationToken)
    {
        foreach (var backup in backups)
        {
            await context.Audit.WriteAsync([AuditEntry.Planned("cancel_prune", backup.Target, backup.BlobName)], cancellationToken).ConfigureAwait(false);
            var isCleared = await marks.ClearAsync(backup.Id, cancellationToken).ConfigureAwait(false);
            var entry = new AuditEntry("cancel_prune", backup.Target, isCleared ? "cleared" : "changed", backup.BlobName);
            await context.Audit.WriteAsync([entry], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PruneAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        await AuditAsync(unit, AuditLine.Planned, cancellationToken).ConfigureAwait(false);
        var (result, detail) = await TryPruneAsync(unit, cancellationToken).ConfigureAwait(false);
        await AuditAsync(unit, result, cancellationToken).ConfigureAwait(false);
        report.Done(unit, result, detail);
    }

    private Task AuditAsync(PruneUnit unit, string result, CancellationToken cancellationToken) => context.Audit.WriteAsync(
        unit.Backups.Select(backup =>
            new AuditEntry(Action, backup.Target, result, backup.BlobName, result == PruneReport.Pruned ? OperationStatus.Pruned : null)),
        cancellationToken);

    private async Task<(string Result, string? Detail)> TryPruneAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        try
        {
            if (unit.Blob is null && await FindAsync(unit, cancellationToken).ConfigureAwait(false))
            {
                return (PruneReport.Changed, null); // The blob is back.
            }

            var begun = new List<MarkedRow>();
            foreach (var backup in unit.Backups)
            {
                if (await marks.BeginAsync(backup, cancellationToken).ConfigureAwait(false) is not { } marked)
                {
                    await ClearAsync(begun, cancellationToken).ConfigureAwait(false);
                    return (PruneReport.Changed, null);
                }

                begun.Add(marked);
            }

            // Finds restores that started before the rows were marked. Later ones can see the marks.
            if (unit.Blob is not null
                && (await guard.AreRestoringAsync(unit, cancellationToken).ConfigureAwait(false)
                    || !await marks.AreCurrentAsync(begun, cancellationToken).ConfigureAwait(false)))
            {
                await ClearAsync(begun, cancellationToken).ConfigureAwait(false);
                return (PruneReport.Changed, null);
            }

            if (unit.Blob is { } blob && await DeleteAsync(blob, cancellationToken).ConfigureAwait(false) is { } obstacle)
            {
                await ClearAsync(begun, cancellationToken).ConfigureAwait(false);
                return (obstacle, null);
            }

            var areAllEnded = true;
            foreach (var row in begun)
            {
                areAllEnded &= await marks.EndAsync(row, cancellationToken).ConfigureAwait(false);
            }

            return areAllEnded ? (PruneReport.Pruned, null) : (PruneReport.Failed, "its blob was deleted, but other programs changed its row at each attempt");
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and not (401 or 403) && e.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            // The service refused a request for this backup. The next run continues from the marks.
            return (PruneReport.Failed, string.Create(CultureInfo.InvariantCulture, $"the storage answered {e.Status} ({e.ErrorCode})"));
        }
    }

    private async Task ClearAsync(List<MarkedRow> begun, CancellationToken cancellationToken)
    {
        foreach (var row in begun)
        {
            await marks.ClearAsync(row.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> FindAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        foreach (var backup in unit.Backups)
        {
            var row = await context.Storage.Operations.FindAsync(OperationKind.Backup, backup.Id, cancellationToken).ConfigureAwait(false);
            if (row?.Name(nameof(Operation.BlobName)) is not { } name
                || await inventory.FindSizeAsync(BlobNameReading.NamesOf(name, context.Storage.Backups.Uri), cancellationToken).ConfigureAwait(false) is { })
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>Why it was not deleted; null if it no longer exists.</returns>
    private async Task<string?> DeleteAsync(CandidateBlob blob, CancellationToken cancellationToken)
    {
        var client = context.Storage.Backups.GetBlobClient(blob.Name);
        try
        {
            var unchanged = new BlobRequestConditions { IfMatch = blob.ETag };
            await client.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, unchanged, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null; // Usually our own delete, whose response was lost.
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet)
        {
            // The service may also return this if the blob no longer exists.
            return await inventory.FindSizeAsync(blob.Name, cancellationToken).ConfigureAwait(false) is null ? null : PruneReport.Changed;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.LeaseIdMissing)
        {
            return PruneReport.Leased;
        }
    }
}
