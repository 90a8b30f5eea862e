using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Marks operations as failed, each only if it still is stuck at the moment of the write.</summary>
internal sealed class StuckMarker(TableClient operations, TimeSpan limit, TaskContext context, TimeProvider time)
{
    private const string Action = "mark_failed";

    /// <summary>Marks a batch; the audit log says so before the first write and after the last.</summary>
    public async Task MarkAsync(IReadOnlyCollection<Operation> batch, StuckTally tally, CancellationToken cancellationToken)
    {
        await context.Audit.WriteAsync(batch.Select(operation => (Action, Target(operation), "planned")), cancellationToken).ConfigureAwait(false);

        var results = new List<(string, string, string)>(batch.Count);
        foreach (var operation in batch)
        {
            var marked = await MarkAsync(operation, cancellationToken).ConfigureAwait(false);
            tally.Add(marked);
            results.Add((Action, Target(operation), marked ? "marked" : "finishedMeanwhile"));
        }

        await context.Audit.WriteAsync(results, cancellationToken).ConfigureAwait(false);
    }

    /// <returns>False where the operation is no longer stuck, or gone.</returns>
    private async Task<bool> MarkAsync(Operation operation, CancellationToken cancellationToken)
    {
        for (Operation? current = operation; current is not null; current = await ReadAgainAsync(operation, cancellationToken).ConfigureAwait(false))
        {
            var now = time.GetUtcNow();
            if (StuckRule.Judge(current, now, limit) != StuckVerdict.Stuck)
            {
                return false;
            }

            context.ThrowIfStopped();
            try
            {
                await operations.UpdateEntityAsync(Failed(current, now), current.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // The application has written to the row since: judge what it says now.
            }
        }

        return false;
    }

    private async Task<Operation?> ReadAgainAsync(Operation operation, CancellationToken cancellationToken) =>
        await operations.FindAsync(operation.Kind, operation.Id, cancellationToken).ConfigureAwait(false) is { } row ? Operation.From(row) : null;

    private TableEntity Failed(Operation operation, DateTimeOffset now) => new(operation.Kind, operation.Id)
    {
        [nameof(Operation.Status)] = OperationStatus.Failed,
        [nameof(Operation.CompletedAt)] = now,
        [nameof(Operation.ErrorMessage)] =
            $"Marked as failed by {TaskNames.CleanupStuckOperations} (job {context.Job}, run {context.RunId}): no sign of life since {operation.LastSignOfLife:u}, longer than {limit.TotalHours:0.##} h."
            + (string.IsNullOrEmpty(operation.ErrorMessage) ? "" : $" Before: {operation.ErrorMessage}"),
    };

    private static string Target(Operation operation) => $"{operation.Kind}/{operation.Id}";
}
