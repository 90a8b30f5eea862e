using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>
/// Marks operations that are pending or running but have long been inactive as <c>failed</c>, so that the next backup or restore can start.
/// The rows are kept.
/// </summary>
internal sealed class CleanupStuckOperationsTask(TimeProvider time) : MaintenanceTask<CleanupStuckOperationsOptions>
{
    private const int BatchSize = 100;

    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp), nameof(Operation.Status),
        nameof(Operation.ErrorMessage), .. LastActivity.Columns,
    ];

    public override string Name => CleanupStuckOperationsDescription.Name;

    protected override async Task<TaskResult> RunAsync(CleanupStuckOperationsOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        var statistics = options.ShowStats ? await CountAsync(context.Storage, cancellationToken).ConfigureAwait(false) : null;
        var soFar = options.StatsOnly ? null : await CheckpointedCounts.FindAsync(context.Checkpoint, cancellationToken).ConfigureAwait(false);
        var tally = new StuckTally(options, soFar);
        context.PartialResult = () => tally.ToResult(statistics);
        var marker = new StuckMarker(options.Limit, tally, context, time);
        try
        {
            if (!await MarkAllAsync(options, marker, tally, context, cancellationToken).ConfigureAwait(false))
            {
                const string Error = "The storage did not report its time (an answer without a Date header), so it is not known how long an operation "
                    + "has been inactive, and none was marked. Try again.";
                return tally.ToResult(statistics) with { Outcome = Outcome.Failed, Error = Error, Failure = FailureKind.NoServiceTime };
            }
        }
        catch (RequestFailedException e) when (MissingTable.Is(e) && tally.Found == 0)
        {
            var missing = await MissingTable.ExplainAsync(context.Storage, context.Storage.Operations, cancellationToken).ConfigureAwait(false);
            tally.Warn(missing.Message);
            var result = tally.ToResult(statistics);
            return missing.ExistedBefore ? result with { Outcome = Outcome.Failed, Error = missing.Message, Warnings = [] } : result;
        }

        var isReadOnly = options.DryRun || options.StatsOnly;
        if (tally.Found > 0
            && await MissingTable.RememberAsync(context.Storage, context.Storage.Operations, isReadOnly, cancellationToken).ConfigureAwait(false)
                is { } warning)
        {
            tally.Warn(warning);
        }

        if (marker.IsOutOfTime)
        {
            await CheckpointedCounts.KeepAsync(context.Checkpoint, tally.SoFar, cancellationToken).ConfigureAwait(false);
            return tally.ToResult(statistics).Unfinished();
        }

        return tally.ToResult(statistics);
    }

    /// <summary>Reads the operations that may be in progress and marks the stuck ones.</summary>
    /// <returns>False if the storage did not report its time.</returns>
    private static async Task<bool> MarkAllAsync(
        CleanupStuckOperationsOptions options, StuckMarker marker, StuckTally tally, TaskContext context, CancellationToken cancellationToken)
    {
        var stuck = new List<Operation>(BatchSize);
        var now = default(DateTimeOffset);
        await foreach (var (operation, serviceTime) in ReadAsync(options, context.Storage, cancellationToken).ConfigureAwait(false))
        {
            if (serviceTime is null)
            {
                return false;
            }

            now = serviceTime.Value;
            if (operation.HasEnded && options.OperationId is null)
            {
                continue; // The filter does not recognize other spellings of a final status.
            }

            var verdict = StuckRule.Evaluate(operation, now, options.Limit);
            tally.Add(operation, verdict, now);
            context.Progress(new TaskProgress("reading operations", tally.Found, null));
            if (verdict == StuckVerdict.Stuck)
            {
                stuck.Add(operation);
            }
            else
            {
                context.Items?.Invoke(tally.Describe(operation, verdict, now));
            }

            if (stuck.Count == BatchSize)
            {
                await MarkAsync(stuck).ConfigureAwait(false);
            }

            if (marker.IsOutOfTime)
            {
                break;
            }
        }

        await MarkAsync(stuck).ConfigureAwait(false);
        return true;

        async Task MarkAsync(List<Operation> batch)
        {
            var results = options.DryRun || batch.Count == 0 ? null : await marker.MarkAsync(batch, now, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
            {
                context.Items?.Invoke(tally.Describe(batch[i], StuckVerdict.Stuck, now, results?[i]));
            }

            batch.Clear();
        }
    }

    /// <summary>
    /// Reads the operations with the service's time at the first response; null if it is unknown. If a wrong clock of this machine decided, it could
    /// end operations that are active, and with them the protection of their files.
    /// </summary>
    private static async IAsyncEnumerable<(Operation Operation, DateTimeOffset? ServiceTime)> ReadAsync(
        CleanupStuckOperationsOptions options, CochinStorage storage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DateTimeOffset? serviceTime = null;
        await foreach (var page in storage.Operations.PagesAsync(Filter(options), Columns, continuation: null, cancellationToken).ConfigureAwait(false))
        {
            serviceTime ??= page.GetRawResponse().Headers.Date;
            foreach (var row in page.Values)
            {
                yield return (Operation.From(row), serviceTime);
            }
        }
    }

    private static string Filter(CleanupStuckOperationsOptions options) => options.OperationId is { } id
        ? TableClient.CreateQueryFilter($"RowKey eq {id}")
        : OperationStatus.NotEndedFilter;

    private async Task<OperationStatistics> CountAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        var statistics = new OperationStatistics(time.GetUtcNow());
        string[] columns = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.CreatedAt)];
        await foreach (var row in storage.Operations.ReadAsync("", columns, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            statistics.Add(Operation.From(row));
        }

        return statistics;
    }
}
