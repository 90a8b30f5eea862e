using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Locking;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>The runs table.</summary>
internal sealed class RunHistory(CochinStorage storage, TimeProvider time, RunHistoryOptions options)
{
    // The service accepts 15 comparisons in a filter, and the rest of it has up to 5:
    // https://learn.microsoft.com/rest/api/storageservices/querying-tables-and-entities
    private const int MaxPartitions = 10;

    // With the process id, because several runners may share a machine.
    private static readonly string Host = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>The runs of a job or task, newest first; empty if it never ran.</summary>
    public async IAsyncEnumerable<RunReport> ListAsync(string job, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = storage.Runs.ReadAsync(TableClient.CreateQueryFilter($"PartitionKey eq {job}"), cancellationToken: cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
        {
            yield return RunRow.Read(row);
        }
    }

    /// <summary>The runs of a job, newest first, without typed tasks of the same name.</summary>
    public IAsyncEnumerable<RunReport> ListForJobAsync(string job, CancellationToken cancellationToken) =>
        ListAsync(job, cancellationToken).Where(run => !run.IsTyped);

    /// <summary>
    /// The runs of a job that started at or after a time, newest first, without typed tasks of the same name. Counts and host are not read.
    /// </summary>
    /// <param name="pageSize">Rows per request, at most 1,000. Pages are requested as they are consumed.</param>
    public async IAsyncEnumerable<RunReport> ListForJobAsync(
        string job,
        DateTimeOffset since,
        int pageSize,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {job} and RowKey lt {RunKeys.From(since - TimeSpan.FromTicks(1))}");
        var rows = storage.Runs.ReadAsync(filter, RunRow.SummaryColumns, pageSize, cancellationToken);
        await foreach (var run in rows.Select(RunRow.Read).ConfigureAwait(false))
        {
            if (!run.IsTyped)
            {
                yield return run;
            }
        }
    }

    /// <summary>
    /// The runs of several jobs that started at or after a time, by job and newest first, with the typed tasks in these partitions. Counts and host are
    /// not read.
    /// </summary>
    /// <param name="jobs">The names of the jobs; at least one.</param>
    /// <param name="limit">The number of rows to read of each job.</param>
    public IAsyncEnumerable<RunReport> ListForJobsAsync(
        IReadOnlyCollection<string> jobs, DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        RunsOfJobs.ListAsync(storage.Runs, jobs, since, limit, cancellationToken);

    /// <summary>The runs of a job or task that started or ended at or after a time, newest first, however long they took.</summary>
    public IAsyncEnumerable<RunReport> ListSinceAsync(string job, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var started = RunKeys.From(since - TimeSpan.FromTicks(1));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {job} and (RowKey lt {started} or FinishedAt ge {since})");
        return storage.Runs.ReadAsync(filter, cancellationToken: cancellationToken).Select(RunRow.Read);
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

    /// <summary>One run of any job, even one that is no longer defined, or null. Searches the whole table.</summary>
    public Task<RunReport?> FindAnywhereAsync(string runId, CancellationToken cancellationToken) => SearchAsync(runId, filterPrefix: "", cancellationToken);

    private async Task<RunReport?> SearchAsync(string runId, string filterPrefix, CancellationToken cancellationToken)
    {
        if (RunKeys.StartOf(runId) is not { } start)
        {
            return null;
        }

        // The key contains the start time in ticks, the id only to the second.
        var (first, last) = (RunKeys.From(start.AddSeconds(1)), RunKeys.From(start - TimeSpan.FromTicks(1)));
        var filter = filterPrefix + TableClient.CreateQueryFilter($"RowKey ge {first} and RowKey lt {last} and RunId eq {runId}");
        var rows = storage.Runs.ReadAsync(filter, cancellationToken: cancellationToken);
        return await rows.FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } row ? RunRow.Read(row) : null;
    }

    /// <summary>All runs for one occurrence, oldest first.</summary>
    public async Task<IReadOnlyList<RunReport>> ListForOccurrenceAsync(string job, DateTimeOffset occurrence, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {job} and Occurrence eq {occurrence}");
        var rows = storage.Runs.ReadAsync(filter, cancellationToken: cancellationToken);
        return await rows.Select(RunRow.Read).OrderBy(run => run.StartedAt).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a new record.</summary>
    /// <returns>The version to pass to <see cref="CloseAsync"/>.</returns>
    internal async Task<ETag> AddAsync(RunReport report, CancellationToken cancellationToken)
    {
        var row = RunRow.Write(report, Host);
        var added = await storage.Runs.WriteAsync(table => table.AddEntityAsync(row, cancellationToken), cancellationToken).ConfigureAwait(false);
        return added.Headers.ETag ?? ETag.All;
    }

    /// <summary>Records the outcome of a run, unless another runner has marked it as lost.</summary>
    internal async Task<CloseResult> CloseAsync(RunReport report, ETag version, CancellationToken cancellationToken)
    {
        try
        {
            var row = RunRow.Write(report, Host);
            var written = await storage.Runs.UpdateEntityAsync(row, version, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            return new CloseResult(IsClosed: true, written.Headers.Date);
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            return new CloseResult(IsClosed: false, ServiceTime: null);
        }
    }

    /// <summary>
    /// Marks records of a task that are still <see cref="Outcome.Running"/> as <see cref="Outcome.Lost"/>. Call it under the task's lock: the
    /// runners of these records are dead, or have lost the lock and must stop.
    /// </summary>
    /// <param name="task">The task of the lock. A job whose task was changed may have records of another one, which may still run.</param>
    /// <param name="occurrence">If given, the records of this occurrence are returned as well.</param>
    /// <param name="since">If given, the result says whether the job has left work unfinished since then.</param>
    /// <param name="held">The lock. If it was lost meanwhile, a running record may belong to the new holder, so none are marked.</param>
    internal async Task<TakeOverResult> TakeOverAsync(
        IEnumerable<string> jobs,
        string task,
        string job,
        DateTimeOffset? occurrence,
        DateTimeOffset? since,
        BlobLock held,
        CancellationToken cancellationToken)
    {
        List<string> ofJob = [];
        if (occurrence is { } due)
        {
            ofJob.Add(TableClient.CreateQueryFilter($"Occurrence eq {due}"));
        }

        if (since is { } start)
        {
            ofJob.Add(TableClient.CreateQueryFilter($"(RowKey lt {RunKeys.From(start)} and Outcome ne 'Completed')"));
        }

        var filter = $"Outcome eq '{Outcome.Running}'"
            + (ofJob.Count == 0 ? "" : $" or ({TableClient.CreateQueryFilter($"PartitionKey eq {job}")} and ({string.Join(" or ", ofJob)}))");
        var (lost, forOccurrence, hasUnfinished) = (new List<RunReport>(), new List<RunReport>(), false);
        await foreach (var row in ReadAsync(jobs, filter, cancellationToken).ConfigureAwait(false))
        {
            var record = RunRow.Read(row);
            if (record.Outcome == Outcome.Running && (row.Text(nameof(RunReport.Task)) ?? task) == task && held.IsHeld)
            {
                var found = time.GetUtcNow();
                record = record with
                {
                    FinishedAt = found,
                    Result = record.Result with { Outcome = Outcome.Lost, Error = "The runner died before it could record the outcome of the run." },
                };
                row.Set(nameof(RunReport.Outcome), record.Outcome.ToString());
                row.Set(nameof(RunReport.Error), record.Error);
                row.Set(nameof(RunReport.FinishedAt), found);
                if (await MarkLostAsync(row, cancellationToken).ConfigureAwait(false))
                {
                    lost.Add(record);
                }
            }

            hasUnfinished |= record.Job == job
                && !record.IsTyped
                && (record.IsUnfinished || record.Outcome is Outcome.Lost or Outcome.Failed or Outcome.Running);
            if (occurrence is not null && record.Job == job && record.Occurrence == occurrence)
            {
                forOccurrence.Add(record);
            }
        }

        return new TakeOverResult(lost, forOccurrence, hasUnfinished);
    }

    /// <summary>
    /// The records without an outcome: runs in progress, and dead runs that have not been found yet. Searches the whole table, because they may be
    /// those of jobs that are no longer defined.
    /// </summary>
    public IAsyncEnumerable<RunReport> ListOpenAsync(CancellationToken cancellationToken) =>
        storage.Runs.ReadAsync($"Outcome eq '{Outcome.Running}'", cancellationToken: cancellationToken).Select(RunRow.Read);

    /// <summary>Deletes records past the retention time, a limited number per call. Storage errors are ignored.</summary>
    /// <param name="serviceTime">The time of the service.</param>
    internal async Task TrimAsync(string job, DateTimeOffset serviceTime, CancellationToken cancellationToken)
    {
        try
        {
            await OldRuns
                .DeleteAsync(storage.Runs, job, time.GetUtcNow() - options.Retention, serviceTime - options.Retention, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            // A run must not fail because of this; the next run tries again.
        }
    }

    /// <summary>Reads the matching rows of jobs, with as many queries as needed.</summary>
    private IAsyncEnumerable<TableEntity> ReadAsync(IEnumerable<string> jobs, string filter, CancellationToken cancellationToken) =>
        jobs.Distinct().Chunk(MaxPartitions).ToAsyncEnumerable().SelectMany(some =>
        {
            var partitions = string.Join(" or ", some.Select(name => TableClient.CreateQueryFilter($"PartitionKey eq {name}")));
            return storage.Runs.ReadAsync($"({partitions}) and ({filter})", cancellationToken: cancellationToken);
        });

    private async Task<bool> MarkLostAsync(TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Runs.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.ResourceNotFound)
        {
            // The run has just recorded its outcome after all.
            return false;
        }
    }
}

/// <summary>Settings of the run history.</summary>
internal sealed record RunHistoryOptions
{
    /// <summary>How long a record is kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);
}
