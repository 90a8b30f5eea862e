using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Adds records for orphans, and removes them again if the application adds its own at the same time.</summary>
internal sealed class OrphanRecords(BackupInventory inventory, BackupSettings settings, RebuildRun run)
{
    /// <summary>The target in the audit log.</summary>
    public static string Target(BackupBlob blob) => OperationKind.Backup + "/" + BlobKey.Of(blob.Name).RowKey;

    /// <returns>The outcomes, in the order of the blobs.</returns>
    public async Task<Change[]> AddAsync(IReadOnlyList<BackupBlob> blobs, CancellationToken cancellationToken)
    {
        // The application may have written rows since the work started. Read them now, and again after the inserts, because tables have no
        // condition across rows.
        var recent = await ReadRecentRowsAsync(cancellationToken).ConfigureAwait(false);
        var added = await Batches.ForAllAsync(blobs, (blob, token) => AddAsync(blob, recent, token), cancellationToken).ConfigureAwait(false);
        var entries = added.Select(row => new AuditEntry("register", Target(row.Blob), row.Change.Detail, After: row.Blob.Name));
        await run.AuditAsync(entries, cancellationToken).ConfigureAwait(false);
        return await RemoveDuplicatesAsync(added, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the rows that the application has written since the work started.</summary>
    private async Task<RecordIndex> ReadRecentRowsAsync(CancellationToken cancellationToken)
    {
        var recent = new RecordIndex(run.Storage.Backups.Uri);
        await foreach (var operation in inventory.WrittenSinceAsync(run.Now, run.State.IsTableMissing, cancellationToken).ConfigureAwait(false))
        {
            if (operation.BlobName is { Length: > 0 } name && run.Work.Index.Of(name).Is(BlobFlags.Listed))
            {
                recent.AddExact(operation);
            }
            else
            {
                recent.Add(operation);
            }
        }

        return recent;
    }

    private async Task<AddedRow> AddAsync(BackupBlob blob, RecordIndex recent, CancellationToken cancellationToken)
    {
        if (FindReason(blob, recent) is { } reason)
        {
            return new(blob, Change.Skipped(reason));
        }

        try
        {
            await inventory.EnsureUnchangedAsync(blob, cancellationToken).ConfigureAwait(false);
            var operations = run.Storage.Operations;
            var response = run.State.IsTableMissing
                ? await operations.WriteAsync(table => table.AddEntityAsync(Row(blob), cancellationToken), cancellationToken).ConfigureAwait(false)
                : await operations.AddEntityAsync(Row(blob), cancellationToken).ConfigureAwait(false);
            return new(blob, Change.Applied("registered"), response.Headers.ETag!.Value);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.EntityAlreadyExists)
        {
            return new(blob, await ExplainAsync(blob, cancellationToken).ConfigureAwait(false));
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return new(blob, OrphanHasher.ToChange(e));
        }
    }

    /// <summary>Returns why a blob needs no record according to the recent rows, in one word; null if it needs one.</summary>
    private string? FindReason(BackupBlob blob, RecordIndex recent) =>
        ReconciliationRule.EvaluateBlob(recent.Of(blob.Name).WithListed(blob, 0, settings, run.Now)) switch
        {
            BlobVerdict.Orphan => recent.MatchByForm(blob.Name, blob.Size) switch
            {
                BlobVerdict.Orphan => null,
                BlobVerdict.InFlight => "inFlight",
                _ => "recorded",
            },
            BlobVerdict.InFlight => "inFlight",
            _ => "recorded",
        };

    /// <summary>
    /// Explains why the row exists although no record referred to the blob: another run was faster, or the response to a first insert was lost.
    /// If the row refers to another blob, it was edited, and the operator must correct it.
    /// </summary>
    private async Task<Change> ExplainAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        var row = await run.Storage.Operations.FindAsync(OperationKind.Backup, BlobKey.Of(blob.Name).RowKey, cancellationToken).ConfigureAwait(false);
        return row is null || row.Text(nameof(Operation.BlobName)) == blob.Name
            ? Change.Skipped("recorded")
            : Change.Failed($"its row {Target(blob)} names another blob; delete that row or correct its BlobName");
    }

    /// <summary>Removes the added rows whose blobs the application has registered meanwhile, unless the rows were changed since.</summary>
    /// <returns>The final outcomes.</returns>
    private async Task<Change[]> RemoveDuplicatesAsync(AddedRow[] added, CancellationToken cancellationToken)
    {
        var changes = Array.ConvertAll(added, row => row.Change);
        if (!changes.Any(change => change.Outcome == ChangeOutcome.Applied))
        {
            return changes;
        }

        var recent = await ReadRecentRowsAsync(cancellationToken).ConfigureAwait(false);
        int[] duplicates =
        [
            .. Enumerable.Range(0, added.Length)
                .Where(i => changes[i].Outcome == ChangeOutcome.Applied && FindReason(added[i].Blob, recent) is not null),
        ];
        if (duplicates.Length == 0)
        {
            return changes;
        }

        var planned = duplicates.Select(i => AuditEntry.Planned("unregister", Target(added[i].Blob), added[i].Blob.Name));
        await run.AuditAsync(planned, cancellationToken).ConfigureAwait(false);
        var results = await Batches.ForAllAsync(duplicates, (i, token) => RemoveAsync(added[i], token), cancellationToken).ConfigureAwait(false);
        var entries = duplicates.Zip(
            results,
            (i, result) => new AuditEntry("unregister", Target(added[i].Blob), result.Detail, Before: added[i].Blob.Name));
        await run.AuditAsync(entries, cancellationToken).ConfigureAwait(false);
        foreach (var (i, result) in duplicates.Zip(results))
        {
            changes[i] = result.Outcome == ChangeOutcome.Applied ? Change.Skipped("recorded") : result;
        }

        return changes;
    }

    private async Task<Change> RemoveAsync(AddedRow row, CancellationToken cancellationToken)
    {
        try
        {
            await run.Storage.Operations
                .DeleteEntityAsync(OperationKind.Backup, BlobKey.Of(row.Blob.Name).RowKey, row.ETag, cancellationToken)
                .ConfigureAwait(false);
            return Change.Applied("unregistered");
        }
        catch (RequestFailedException e) when (Change.IsRefusal(e))
        {
            return Change.Failed(
                $"the application created its own record for it at the same time, and the duplicate {Target(row.Blob)} could not be removed: "
                + $"{Change.Failed(e).Detail}; delete that row");
        }
    }

    private TableEntity Row(BackupBlob blob) => new(OperationKind.Backup, BlobKey.Of(blob.Name).RowKey)
    {
        ["Name"] = blob.FileName,
        ["Status"] = OperationStatus.Completed,
        ["Type"] = "full",
        ["Configuration"] = blob.Configuration,
        ["BlobName"] = blob.Name,
        ["SizeBytes"] = blob.Size,
        ["Sha256"] = blob.Sha256,
        ["CreatedAt"] = blob.FileTime ?? blob.CreatedOn,
        ["StartedAt"] = blob.FileTime, // Shows that the time is not that of the upload.
        ["CompletedAt"] = blob.FileTime ?? blob.LastModified,
        ["CreatedBy"] = run.Options.UserId ?? RebuildBackupPathsDescription.Name,
    };

    /// <param name="ETag">The version of the row, if it was added.</param>
    private readonly record struct AddedRow(BackupBlob Blob, Change Change, ETag ETag = default);
}
