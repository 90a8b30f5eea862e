using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>A row with the mark that its backup is being pruned.</summary>
/// <param name="StartedAt">The value of the mark.</param>
/// <param name="Version">The ETag of the marked row.</param>
internal readonly record struct MarkedRow(PlannedBackup Planned, DateTimeOffset StartedAt, ETag Version)
{
    public string Id => Planned.Id;
}

/// <summary>Marks the rows of backups while they are pruned. Each write requires the ETag that was read.</summary>
internal sealed class PruneMarks(TaskContext context)
{
    private const int Attempts = 5;

    private readonly TableClient operations = context.Storage.Operations;

    /// <summary>Marks a row, if it has not been changed since it was planned.</summary>
    /// <returns>Null if it was changed or deleted.</returns>
    public async Task<MarkedRow?> BeginAsync(PlannedBackup backup, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        var change = new TableEntity(OperationKind.Backup, backup.Id) { [nameof(Operation.PruneStartedAt)] = now };
        if (await TryWriteAsync(change, backup.Backup.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false) is { } version)
        {
            return new MarkedRow(backup, now, version);
        }

        // If the response of a write is lost, the retry fails because of the first attempt.
        return await FindAsync(backup.Id, cancellationToken).ConfigureAwait(false) is { } row && Operation.From(row).PruneStartedAt == now
            ? new MarkedRow(backup, now, row.ETag)
            : null;
    }

    /// <summary>Whether the marked rows are unchanged. For example, <c>backups protect</c> changes them.</summary>
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

    /// <summary>Records that a backup was pruned. A row that no longer refers to it is not changed.</summary>
    /// <returns>False if another process changed the row at each attempt.</returns>
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
                || Operation.From(row) is not { Status: OperationStatus.Completed } read
                || read.PruneStartedAt != marked.StartedAt
                || read.BlobName != marked.Planned.Backup.BlobName)
            {
                return true;
            }

            version = row.ETag;
        }

        return false;
    }

    /// <summary>Removes the mark from a row whose backup is kept.</summary>
    /// <returns>False if another process deleted the row, or changed it at each attempt.</returns>
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

            // Replaces the row, because a merge can't remove a column.
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

    /// <returns>The new ETag; null if the row was changed or deleted after it was read.</returns>
    private async Task<ETag?> TryWriteAsync(TableEntity row, ETag read, TableUpdateMode mode, CancellationToken cancellationToken)
    {
        try
        {
            var response = await operations.UpdateEntityAsync(row, read, mode, cancellationToken).ConfigureAwait(false);
            return response.Headers.ETag ?? default(ETag);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return null;
        }
    }
}
