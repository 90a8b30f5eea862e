using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>A row that says that its backup is being pruned.</summary>
/// <param name="Version">Of the row, as it was written.</param>
/// <param name="RowBlobName">The text of the row's <c>BlobName</c>.</param>
internal readonly record struct MarkedRow(string Id, string? RowBlobName, DateTimeOffset StartedAt, ETag Version);

/// <summary>Writes to the rows of backups how far their pruning is, each write under the version that was read.</summary>
internal sealed class PruneMarks(TaskContext context)
{
    private const int Attempts = 5;

    private readonly TableClient operations = context.Storage.Operations;

    /// <summary>Marks a row as being pruned, as long as it is the one that the plan was made of.</summary>
    /// <returns>Null if it was changed or deleted since.</returns>
    public async Task<MarkedRow?> BeginAsync(PlannedBackup backup, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        var change = new TableEntity(OperationKind.Backup, backup.Id) { [nameof(Operation.PruneStartedAt)] = now };
        if (await TryWriteAsync(change, backup.Row, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false) is { } version)
        {
            return new MarkedRow(backup.Id, backup.RowBlobName, now, version);
        }

        // A write whose answer got lost is sent again, and refused then for the change that it has made itself.
        return await FindAsync(backup.Id, cancellationToken).ConfigureAwait(false) is { } row && Operation.From(row).PruneStartedAt == now
            ? new MarkedRow(backup.Id, backup.RowBlobName, now, row.ETag)
            : null;
    }

    /// <summary>Whether the marked rows have not been changed since, for example by <c>backups protect</c>.</summary>
    public async Task<bool> AreCurrentAsync(IReadOnlyList<MarkedRow> rows, CancellationToken cancellationToken)
    {
        foreach (var marked in rows)
        {
            if (await FindAsync(marked.Id, cancellationToken).ConfigureAwait(false) is not { } row || row.ETag != marked.Version)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Marks a row as pruned, now that its blob is gone. One that is about something else by now is left alone.</summary>
    /// <returns>False if another process changed the row again and again.</returns>
    public async Task<bool> EndAsync(MarkedRow marked, CancellationToken cancellationToken)
    {
        var version = marked.Version;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var change = new TableEntity(OperationKind.Backup, marked.Id)
            {
                [nameof(Operation.Status)] = OperationStatus.Pruned,
                [nameof(Operation.PrunedAt)] = context.Time.GetUtcNow(),
            };
            if (await TryWriteAsync(change, version, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false) is not null)
            {
                return true;
            }

            if (await FindAsync(marked.Id, cancellationToken).ConfigureAwait(false) is not { } row
                || Operation.From(row) is not { Status: OperationStatus.Completed } read || read.PruneStartedAt != marked.StartedAt || read.BlobName != marked.RowBlobName)
            {
                return true;
            }

            version = row.ETag;
        }

        return false;
    }

    /// <summary>Takes the mark off a row whose backup is kept after all.</summary>
    /// <returns>False if another process changed the row again and again, or deleted it.</returns>
    public async Task<bool> ClearAsync(string id, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } row)
            {
                return false;
            }

            if (!Operation.From(row).IsPruneBegun)
            {
                return true;
            }

            // The whole row: a merge could not take a column away.
            var cleared = new TableEntity(row);
            cleared.Set(nameof(Operation.PruneStartedAt), null);
            if (await TryWriteAsync(cleared, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private Task<TableEntity?> FindAsync(string id, CancellationToken cancellationToken) => operations.FindAsync(OperationKind.Backup, id, cancellationToken);

    /// <returns>The row's new version; null if another process changed or deleted the row since it was read.</returns>
    private async Task<ETag?> TryWriteAsync(TableEntity row, ETag read, TableUpdateMode mode, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await operations.UpdateEntityAsync(row, read, mode, cancellationToken).ConfigureAwait(false);
            return answer.Headers.ETag ?? default(ETag);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return null;
        }
    }
}
