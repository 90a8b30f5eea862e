using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Marks operations as failed, each only if it is still stuck when its row is written.</summary>
internal sealed class StuckMarker(TimeSpan limit, StuckTally tally, TaskContext context, TimeProvider time)
{
    private const string Action = "mark_failed";
    private const int Attempts = 5;

    // A column can contain 32 Ki characters: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
    private const int MaxPreviousMessageLength = 30_000;

    private readonly string signature = $"Marked as failed by {CleanupStuckOperationsDescription.Name} (job {context.Job}, run {context.RunId}):";

    private readonly TableClient operations = context.Storage.Operations;
    private readonly StepPacer pace = new(context);

    /// <summary>Whether the run ran out of time.</summary>
    public bool IsOutOfTime => pace.IsStopped;

    /// <summary>Marks the operations of a batch until the run is out of time. Audit lines are written before the first change and after the last one.</summary>
    /// <param name="now">The time of the service.</param>
    /// <returns>The results in the order of the batch.</returns>
    public async Task<IReadOnlyList<MarkResult>> MarkAsync(
        IReadOnlyCollection<Operation> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var planned = batch.Select(operation => AuditEntry.Planned(Action, StuckTally.Target(operation), operation.Status));
        await context.Audit.WriteAsync(planned, cancellationToken).ConfigureAwait(false);

        var results = new List<MarkResult>(batch.Count);
        foreach (var operation in batch)
        {
            var startedAt = time.GetTimestamp();
            results.Add(pace.CanStart() ? await MarkAsync(operation, now, cancellationToken).ConfigureAwait(false) : MarkResult.Unfinished);
            pace.RecordDuration(time.GetElapsedTime(startedAt));
        }

        await context.Audit.WriteAsync(batch.Zip(results, Entry), cancellationToken).ConfigureAwait(false);
        return results;
    }

    private static AuditEntry Entry(Operation operation, MarkResult result) => new(
        Action,
        StuckTally.Target(operation),
        JsonNamingPolicy.CamelCase.ConvertName(result.ToString()),
        operation.Status,
        result == MarkResult.Marked ? OperationStatus.Failed : null);

    private async Task<MarkResult> MarkAsync(Operation operation, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var result = await TryAsync(operation, now, cancellationToken).ConfigureAwait(false);
            tally.Add(operation, result, "other processes kept changing its row; the next run tries again");
            return result;
        }
        catch (RequestFailedException e) when (e.Status is >= 400 and < 500 && e.Status is not (401 or 403 or 429))
        {
            // The service rejects this row only. Errors that affect all rows are thrown.
            tally.Add(operation, MarkResult.Failed, $"the storage returned {e.Status} ({e.ErrorCode}); the next run tries again");
            return MarkResult.Failed;
        }
    }

    private async Task<MarkResult> TryAsync(Operation operation, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryWriteAsync(operation, now, cancellationToken).ConfigureAwait(false))
            {
                return MarkResult.Marked;
            }

            var row = await operations.FindAsync(operation.Kind, operation.Id, cancellationToken).ConfigureAwait(false);
            if (row is null)
            {
                return MarkResult.FinishedMeanwhile;
            }

            operation = Operation.From(row);
            if (IsMarkedByThisRun(operation))
            {
                return MarkResult.Marked;
            }

            if (StuckRule.Evaluate(operation, now, limit) != StuckVerdict.Stuck)
            {
                return MarkResult.FinishedMeanwhile;
            }
        }

        return MarkResult.Failed;
    }

    /// <returns>False if another process changed or deleted the row since it was read.</returns>
    private async Task<bool> TryWriteAsync(Operation operation, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await operations.UpdateEntityAsync(Failed(operation, now), operation.ETag, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    // If the response to a write is lost, the client retries, and the retry fails because of the change the first attempt made.
    private bool IsMarkedByThisRun(Operation operation) =>
        operation.Status == OperationStatus.Failed && operation.ErrorMessage?.StartsWith(signature, StringComparison.Ordinal) is true;

    private TableEntity Failed(Operation operation, DateTimeOffset now)
    {
        var inactiveSince = LastActivity.Of(operation, now).At;
        return new(operation.Kind, operation.Id)
        {
            [nameof(Operation.Status)] = OperationStatus.Failed,
            [nameof(Operation.CompletedAt)] = now,
            [nameof(Operation.ErrorMessage)] =
                string.Create(CultureInfo.InvariantCulture, $"{signature} no sign of life since {inactiveSince:u}, the limit is {limit.TotalHours:0.##} h.")
                + Previous(operation.ErrorMessage),
        };
    }

    private static string Previous(string? message) =>
        string.IsNullOrEmpty(message) ? "" : $" Before: {message[..Math.Min(message.Length, MaxPreviousMessageLength)]}";
}

/// <summary>The result of marking an operation. The names are written to the audit log.</summary>
internal enum MarkResult
{
    Marked,

    /// <summary>Since it was read, the operation has ended, become active again, or been deleted.</summary>
    FinishedMeanwhile,

    /// <summary>The service rejected the write, or other processes kept changing the row.</summary>
    Failed,

    /// <summary>The run was out of time. The next run marks the operation.</summary>
    Unfinished,
}
