using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Running;

/// <summary>The jobs table. Every change is made on the row as it is now, under its ETag.</summary>
internal sealed class JobStates(CochinStorage storage)
{
    private const string Partition = "job";

    /// <summary>What is remembered of a job; an empty state where it was never seen.</summary>
    public async Task<JobState> GetAsync(string job, CancellationToken cancellationToken) =>
        JobState.From(await storage.Jobs.FindAsync(Partition, job, cancellationToken).ConfigureAwait(false) ?? new TableEntity(Partition, job));

    /// <summary>All states by job name, with one request.</summary>
    public async Task<IReadOnlyDictionary<string, JobState>> GetAllAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, JobState>();
        await foreach (var row in storage.Jobs.ReadAsync($"PartitionKey eq '{Partition}'", cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            states[row.RowKey] = JobState.From(row);
        }

        return states;
    }

    /// <param name="now">From when on a success is waited for, where the job was off.</param>
    public Task EnableAsync(JobDefinition job, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(
            job.Name,
            row =>
            {
                if (!JobState.From(row).IsEnabled(job, now))
                {
                    row.Set(nameof(JobState.EnabledAt), now);
                }

                row.Set(nameof(JobState.Enabled), true);
                row.Remove(nameof(JobState.DisabledUntil));
                row.Remove(nameof(JobState.DisabledReason));
                return true;
            },
            cancellationToken);

    /// <param name="until">When it starts again by itself; null for never.</param>
    public Task DisableAsync(string job, DateTimeOffset? until, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(
            job,
            row =>
            {
                row.Set(nameof(JobState.Enabled), false);
                row.Set(nameof(JobState.DisabledUntil), until);
                row.Set(nameof(JobState.DisabledReason), reason);
                return true;
            },
            cancellationToken);

    /// <summary>Writes how a run ended, and settles its occurrence where one is given.</summary>
    /// <param name="settled">The occurrence that is done with, or null where it stays open or there is none.</param>
    /// <param name="isInCharge">Asked of the row that was read: a runner that was overtaken has no more to say, and its successor's words stand.</param>
    /// <returns>The state as it is now.</returns>
    public async Task<JobState> RecordAsync(RunReport report, DateTimeOffset? settled, DateTimeOffset finishedAt, Func<bool> isInCharge, CancellationToken cancellationToken)
    {
        var after = new JobState();
        await ChangeAsync(
            report.Job,
            row =>
            {
                var before = after = JobState.From(row);
                if (!isInCharge())
                {
                    return false;
                }

                row.Set(nameof(JobState.LastRunId), report.RunId);
                switch (report.Outcome)
                {
                    case Tasks.Outcome.Completed or Tasks.Outcome.Partial when !report.IsUnfinished:
                        row.Set(nameof(JobState.LastSuccessAt), finishedAt);
                        row.Set(nameof(JobState.ConsecutiveFailures), 0);
                        row.Remove(nameof(JobState.FailingSince));
                        break;
                    case Tasks.Outcome.Failed when !report.IsInterrupted:
                        row.Set(nameof(JobState.LastFailureAt), finishedAt);
                        row.Set(nameof(JobState.ConsecutiveFailures), Math.Min(before.ConsecutiveFailures, int.MaxValue - 1) + 1);
                        row.Set(nameof(JobState.FailingSince), before.FailingSince ?? finishedAt);
                        break;
                    case Tasks.Outcome.Skipped when report.Reason == Tasks.SkipReason.Missed:
                        row.Set(nameof(JobState.MissedOccurrence), report.Occurrence);
                        break;
                }

                if (settled is { } occurrence)
                {
                    Settle(row, occurrence);
                }

                after = JobState.From(row);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return after;
    }

    /// <summary>Remembers a job that no tick has met before; it owes nothing up to <paramref name="occurrence"/>.</summary>
    /// <returns>Its state from now on.</returns>
    public async Task<JobState> RegisterAsync(string job, DateTimeOffset occurrence, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var after = new JobState();
        await ChangeAsync(
            job,
            row =>
            {
                var isNews = Settle(row, occurrence);
                if (isNews)
                {
                    row.Set(nameof(JobState.FirstSeenAt), now);
                }

                after = JobState.From(row);
                return isNews;
            },
            cancellationToken).ConfigureAwait(false);
        return after;
    }

    /// <summary>
    /// Takes back what a clock settled that was ahead, at a person's request: no runner does so by itself, as it can't know whose clock
    /// is right.
    /// </summary>
    /// <param name="latest">The latest occurrence by a clock that is right; the job owes what comes after.</param>
    public Task RewindAsync(JobDefinition job, DateTimeOffset? latest, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(
            job.Name,
            row =>
            {
                var isAhead = JobState.From(row).IsSettledInFuture(job, now);
                if (isAhead)
                {
                    row.Set(nameof(JobState.SettledOccurrence), latest ?? now);
                    if (row.Time(nameof(JobState.LastSuccessAt)) > now)
                    {
                        row.Remove(nameof(JobState.LastSuccessAt));
                        row.Set(nameof(JobState.FirstSeenAt), now); // A success is waited for from now on.
                    }
                }

                return isAhead;
            },
            cancellationToken);

    // An occurrence never becomes unsettled by a run, whatever a clock says.
    private static bool Settle(TableEntity row, DateTimeOffset occurrence)
    {
        if (row.Time(nameof(JobState.SettledOccurrence)) >= occurrence)
        {
            return false;
        }

        row.Set(nameof(JobState.SettledOccurrence), occurrence);
        return true;
    }

    private async Task ChangeAsync(string job, Func<TableEntity, bool> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await storage.Jobs.FindAsync(Partition, job, cancellationToken).ConfigureAwait(false);
            try
            {
                if (row is null)
                {
                    var added = new TableEntity(Partition, job);
                    if (change(added))
                    {
                        await storage.Jobs.WriteAsync(table => table.AddEntityAsync(added, cancellationToken), cancellationToken).ConfigureAwait(false);
                    }
                }
                else if (change(row))
                {
                    // Replace, as a merge can't remove a column; what others wrote beside ours is in the row that was read.
                    await storage.Jobs.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied || e.ErrorCode == TableErrorCode.EntityAlreadyExists || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // Another runner or person was faster: judge again on what is there now.
            }
        }
    }
}
