using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>The claims of rows that were written since the plan was made: a restore may begin while backups are being pruned.</summary>
/// <param name="plannedAt">The service's time when the plan began.</param>
internal sealed class ClaimsWatch(TaskContext context, PrunePlan plan, DateTimeOffset plannedAt)
{
    private static readonly TimeSpan StaysTrue = TimeSpan.FromSeconds(5);

    // The service's nodes need not agree on the time to the second.
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    private readonly HashSet<string> pruned = [.. plan.Units.SelectMany(unit => unit.Backups).Select(backup => backup.Id)];
    private readonly List<string> known = [.. plan.Backups.Select(backup => backup.Id)];
    private readonly Dictionary<string, PlannedBackup> keepers = plan.Backups.Where(IsKeeper).ToDictionary(backup => backup.Id);
    private readonly HashSet<string> lostKeepers = [];
    private Claims? current;
    private long readAt;

    /// <summary>Why a blob must stay after all; null if it may go. The answer is at most a few seconds old.</summary>
    /// <exception cref="RequestFailedException">The rows can't be read; then nothing may be deleted.</exception>
    public async Task<string?> ReasonToKeepAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        if (current is null || context.Time.GetElapsedTime(readAt) > StaysTrue)
        {
            current = null; // A failure must leave nothing behind that looks like an answer.
            readAt = context.Time.GetTimestamp();
            current = await ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        return unit.Backups.Any(backup => current.AreReading(backup.Id)) ? "liveRestore"
            : unit.Blob is { } blob && current.AreNaming(blob.Name, blob.Bytes) ? "shared"
            : await HasLostKeeperAsync(unit, cancellationToken).ConfigureAwait(false) ? PruneReport.Changed
            : null;
    }

    /// <summary>Whether a restore in progress reads a backup of the unit, or may. Reads the rows of restores anew.</summary>
    /// <exception cref="RequestFailedException">The rows can't be read; then nothing may be deleted.</exception>
    public async Task<bool> AreRestoringAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        var operations = context.Storage.Operations;
        var claims = new Claims(context.Storage.Backups.Uri);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {OperationKind.Restore} and Timestamp ge {plannedAt - ClockMargin}");
        await foreach (var row in operations.RowsAsync(filter, Candidate.Columns, cancellationToken).ConfigureAwait(false))
        {
            claims.Add(Operation.From(row));
        }

        await claims.FindSourcesAsync(operations, known, cancellationToken).ConfigureAwait(false);
        return unit.Backups.Any(backup => claims.AreReading(backup.Id));
    }

    /// <summary>
    /// Whether a good backup that is kept in place of those of the unit has been damaged, changed or lost since the plan was made. Then nothing
    /// more of its configuration goes.
    /// </summary>
    private async Task<bool> HasLostKeeperAsync(PruneUnit unit, CancellationToken cancellationToken)
    {
        foreach (var configuration in unit.Backups.Select(backup => backup.Configuration).Distinct())
        {
            if (lostKeepers.Contains(configuration))
            {
                return true;
            }

            var newest = plan.Backups.FirstOrDefault(backup => backup.Configuration == configuration && IsKeeper(backup));
            if (newest is not null && !await IsGoodAsync(newest, cancellationToken).ConfigureAwait(false))
            {
                lostKeepers.Add(configuration);
                return true;
            }
        }

        return false;
    }

    private async Task<bool> IsGoodAsync(PlannedBackup keeper, CancellationToken cancellationToken)
    {
        var row = await context.Storage.Operations.FindAsync(OperationKind.Backup, keeper.Id, cancellationToken).ConfigureAwait(false);
        return row is not null
            && IsGood(Operation.From(row), keeper)
            && await IsThereAsync(keeper.Blob!.Value, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsThereAsync(ListedBlob blob, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = new BlobRequestConditions { IfMatch = blob.ETag };
            await context.Storage.Backups.GetBlobClient(blob.Name).GetPropertiesAsync(conditions, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    private static bool IsKeeper(PlannedBackup backup) => backup is { IsGood: true, Decision: PruneDecision.Keep or PruneDecision.Protect };

    private void CheckKeeper(Operation row)
    {
        if (row.Kind == OperationKind.Backup && keepers.TryGetValue(row.Id, out var keeper) && !IsGood(row, keeper))
        {
            lostKeepers.Add(keeper.Configuration);
        }
    }

    private static bool IsGood(Operation row, PlannedBackup keeper) =>
        row is { Status: OperationStatus.Completed, IsDamaged: false } && row.BlobName == keeper.RowBlobName;

    private async Task<Claims> ReadAsync(CancellationToken cancellationToken)
    {
        var operations = context.Storage.Operations;
        var claims = new Claims(context.Storage.Backups.Uri);
        var filter = TableClient.CreateQueryFilter($"Timestamp ge {plannedAt - ClockMargin}");
        await foreach (var row in operations.RowsAsync(filter, Candidate.Columns, cancellationToken).ConfigureAwait(false))
        {
            var operation = Operation.From(row);
            CheckKeeper(operation);
            if (row.PartitionKey != OperationKind.Backup || !pruned.Contains(row.RowKey))
            {
                claims.Add(operation);
            }
        }

        await claims.FindSourcesAsync(operations, known, cancellationToken).ConfigureAwait(false);
        return claims;
    }
}
