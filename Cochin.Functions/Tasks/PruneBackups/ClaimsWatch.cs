using Azure.Data.Tables;
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
    private Claims? current;
    private long readAt;

    /// <summary>Why a blob must stay after all; null if it may go. The answer is at most a few seconds old.</summary>
    /// <exception cref="Azure.RequestFailedException">The rows can't be read; then nothing may be deleted.</exception>
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
            : null;
    }

    private async Task<Claims> ReadAsync(CancellationToken cancellationToken)
    {
        var operations = context.Storage.Operations;
        var claims = new Claims(context.Storage.Backups.Uri);
        var filter = TableClient.CreateQueryFilter($"Timestamp ge {plannedAt - ClockMargin}");
        await foreach (var row in operations.RowsAsync(filter, Candidate.Columns, cancellationToken).ConfigureAwait(false))
        {
            if (row.PartitionKey != OperationKind.Backup || !pruned.Contains(row.RowKey))
            {
                claims.Add(Operation.From(row));
            }
        }

        await claims.FindSourcesAsync(operations, known, cancellationToken).ConfigureAwait(false);
        return claims;
    }
}
