using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Locking;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>The runs table.</summary>
internal sealed class RunHistory(CochinStorage storage, TimeProvider time, RunHistoryOptions options)
{
    private const int TrimBatchSize = 100;

    // Tells one runner from another on the same machine.
    private static readonly string Host = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>The runs of a job or task, newest first; none where it never ran.</summary>
    public async IAsyncEnumerable<RunReport> ListAsync(string job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in storage.Runs.ReadAsync(TableClient.CreateQueryFilter($"PartitionKey eq {job}"), cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return RunRow.Read(row);
        }
    }

    /// <summary>The runs of a job, newest first, without those of a task of its name that a person typed.</summary>
    public IAsyncEnumerable<RunReport> ListForJobAsync(string job, CancellationToken cancellationToken) =>
        ListAsync(job, cancellationToken).Where(run => !run.IsTyped);

    /// <summary>
    /// The runs of a job that started at or after a time, newest first, without their counts and host; without those of a task of its name
    /// that a person typed.
    /// </summary>
    /// <param name="pageSize">How many are asked for with one request, at most 1,000; no more are read than are taken.</param>
    public async IAsyncEnumerable<RunReport> ListForJobAsync(
        string job,
        DateTimeOffset since,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = storage.Runs.ReadAsync(TableClient.CreateQueryFilter($"PartitionKey eq {job} and RowKey lt {RunKeys.From(since - TimeSpan.FromTicks(1))}"), RunRow.SummaryColumns, pageSize, cancellationToken);
        await foreach (var run in rows.Select(RunRow.Read).ConfigureAwait(false))
        {
            if (!run.IsTyped)
            {
                yield return run;
            }
        }
    }

    /// <summary>The newest run of a job or task, or null.</summary>
    public async Task<RunReport?> LatestAsync(string job, CancellationToken cancellationToken)
    {
        var newest = storage.Runs.ReadAsync(TableClient.CreateQueryFilter($"PartitionKey eq {job}"), pageSize: 1, cancellationToken: cancellationToken);
        return await newest.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row ? RunRow.Read(row) : null;
    }

    /// <summary>One run of a job or task, or null.</summary>
    public Task<RunReport?> FindAsync(string job, string runId, CancellationToken cancellationToken) =>
        SearchAsync(runId, TableClient.CreateQueryFilter($"PartitionKey eq {job} and "), cancellationToken);

    /// <summary>One run, also of a job that is no longer defined, or null. The whole table is searched.</summary>
    public Task<RunReport?> FindAnywhereAsync(string runId, CancellationToken cancellationToken) => SearchAsync(runId, within: "", cancellationToken);

    private async Task<RunReport?> SearchAsync(string runId, string within, CancellationToken cancellationToken)
    {
        if (RunKeys.StartOf(runId) is not { } start)
        {
            return null;
        }

        // The key has the start in ticks, the id to the second.
        var (first, last) = (RunKeys.From(start.AddSeconds(1)), RunKeys.From(start - TimeSpan.FromTicks(1)));
        var filter = within + TableClient.CreateQueryFilter($"RowKey ge {first} and RowKey lt {last} and RunId eq {runId}");
        var rows = storage.Runs.ReadAsync(filter, cancellationToken: cancellationToken);
        return await rows.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row ? RunRow.Read(row) : null;
    }

    /// <summary>All runs for one occurrence, oldest first.</summary>
    public async Task<IReadOnlyList<RunReport>> ListForOccurrenceAsync(string job, DateTimeOffset occurrence, CancellationToken cancellationToken)
    {
        var rows = storage.Runs.ReadAsync(TableClient.CreateQueryFilter($"PartitionKey eq {job} and Occurrence eq {occurrence}"), cancellationToken: cancellationToken);
        return await rows.Select(RunRow.Read).OrderBy(run => run.StartedAt).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a new record.</summary>
    /// <returns>The version to close it with.</returns>
    internal async Task<ETag> AddAsync(RunReport report, CancellationToken cancellationToken)
    {
        var added = await storage.Runs.WriteAsync(table => table.AddEntityAsync(RunRow.Write(report, Host), cancellationToken), cancellationToken).ConfigureAwait(false);
        return added.Headers.ETag ?? ETag.All;
    }

    /// <summary>Writes how a run ended, unless somebody found it dead meanwhile.</summary>
    /// <returns>False where the record was set to <see cref="Outcome.Lost"/>: then another runner is in charge.</returns>
    internal async Task<bool> CloseAsync(RunReport report, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Runs.UpdateEntityAsync(RunRow.Write(report, Host), version, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return false;
        }
    }

    /// <summary>
    /// Sets to <see cref="Outcome.Lost"/> what still says <see cref="Outcome.Running"/>. To be called under the task's lock:
    /// whoever wrote those records is dead, or has lost the lock and must stop.
    /// </summary>
    /// <param name="occurrence">Where given, the records of this occurrence are returned as well.</param>
    /// <param name="held">The lock. A process that wakes up after losing it reads the record of its successor, who lives.</param>
    internal async Task<TakeOverResult> TakeOverAsync(IEnumerable<string> jobs, string job, DateTimeOffset? occurrence, BlobLock held, CancellationToken cancellationToken)
    {
        var partitions = string.Join(" or ", jobs.Select(name => TableClient.CreateQueryFilter($"PartitionKey eq {name}")));
        var wanted = $"Outcome eq '{Outcome.Running}'";
        if (occurrence is { } due)
        {
            wanted += " or " + TableClient.CreateQueryFilter($"(PartitionKey eq {job} and Occurrence eq {due})");
        }

        List<RunReport> lost = [], forOccurrence = [];
        await foreach (var row in storage.Runs.ReadAsync($"({partitions}) and ({wanted})", cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            var record = RunRow.Read(row);
            if (record.Outcome == Outcome.Running && held.IsHeld)
            {
                var found = time.GetUtcNow();
                record = record with { FinishedAt = found, Result = record.Result with { Outcome = Outcome.Lost, Error = "The runner died before it could record how the run ended." } };
                row.Set(nameof(RunReport.Outcome), record.Outcome.ToString());
                row.Set(nameof(RunReport.Error), record.Error);
                row.Set(nameof(RunReport.FinishedAt), found);
                if (await MarkLostAsync(row, cancellationToken).ConfigureAwait(false))
                {
                    lost.Add(record);
                }
            }

            if (occurrence is not null && record.Job == job && record.Occurrence == occurrence)
            {
                forOccurrence.Add(record);
            }
        }

        return new TakeOverResult(lost, forOccurrence);
    }

    /// <summary>The records of runs that have not ended, or died without a word.</summary>
    public IAsyncEnumerable<RunReport> ListOpenAsync(IEnumerable<string> jobs, CancellationToken cancellationToken)
    {
        var partitions = string.Join(" or ", jobs.Select(name => TableClient.CreateQueryFilter($"PartitionKey eq {name}")));
        return storage.Runs.ReadAsync($"({partitions}) and Outcome eq '{Outcome.Running}'", cancellationToken: cancellationToken).Select(RunRow.Read);
    }

    /// <summary>Deletes records older than the time they are kept, a limited number at once.</summary>
    internal async Task TrimAsync(string job, CancellationToken cancellationToken)
    {
        try
        {
            await TrimOldestAsync(job, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // Housekeeping is no reason for a run to fail; the next one looks again.
        }
    }

    private async Task TrimOldestAsync(string job, CancellationToken cancellationToken)
    {
        var oldest = RunKeys.From(time.GetUtcNow() - options.Retention);
        var old = await storage.Runs
            .ReadAsync(TableClient.CreateQueryFilter($"PartitionKey eq {job} and RowKey gt {oldest}"), [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)], TrimBatchSize, cancellationToken)
            .Take(TrimBatchSize)
            .Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All))
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (old.Count > 0)
        {
            await storage.Runs.SubmitTransactionAsync(old, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> MarkLostAsync(TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Runs.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            // It was closed after all, a moment ago.
            return false;
        }
    }
}

/// <summary>The runs before one that has taken the lock.</summary>
/// <param name="Lost">The dead runs that had not been found before.</param>
/// <param name="ForOccurrence">All records of its occurrence; empty for a run without one.</param>
internal readonly record struct TakeOverResult(IReadOnlyList<RunReport> Lost, IReadOnlyList<RunReport> ForOccurrence);
