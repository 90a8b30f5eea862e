using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Jobs;

/// <summary>The jobs table. Every change reads the row and writes it back with its ETag.</summary>
internal sealed class JobStates(CochinStorage storage)
{
    /// <summary>The partition of the states.</summary>
    public const string Partition = "job";

    /// <summary>The state of a job; an empty one if no tick has seen it.</summary>
    public async Task<JobState> GetAsync(string job, CancellationToken cancellationToken) =>
        JobState.From(await storage.Jobs.FindAsync(Partition, job, cancellationToken).ConfigureAwait(false) ?? new TableEntity(Partition, job));

    /// <summary>All states by job name, read with one query.</summary>
    public async Task<IReadOnlyDictionary<string, JobState>> GetAllAsync(CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, JobState>();
        await foreach (var row in storage.Jobs.ReadAsync($"PartitionKey eq '{Partition}'", cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            states[row.RowKey] = JobState.From(row);
        }

        return states;
    }

    /// <param name="now">Recorded as the time of enabling if the job was disabled.</param>
    public Task EnableAsync(JobDefinition job, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(
            job.Name,
            known: null,
            row =>
            {
                // Overdue is measured from here. If a `remove --for` has expired, the job is on since then.
                var before = JobState.From(row);
                if (!before.IsEnabled(job, now) || before.Enabled == false)
                {
                    row.Set(nameof(JobState.EnabledAt), before.IsEnabled(job, now) ? before.DisabledUntil : now);
                }

                row.Set(nameof(JobState.Enabled), true);
                row.Remove(nameof(JobState.EnabledBefore));
                row.Remove(nameof(JobState.DisabledUntil));
                row.Remove(nameof(JobState.DisabledReason));
                return true;
            },
            cancellationToken);

    /// <param name="until">When the job is again what it was before; null for never.</param>
    public Task DisableAsync(string job, DateTimeOffset? until, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(
            job,
            known: null,
            row =>
            {
                var before = JobState.From(row);
                var hasEnd = before is { Enabled: false, DisabledUntil: { } end } && !JobSchedule.IsOutsideCalendar(end);
                row.Set(nameof(JobState.EnabledBefore), until is null ? null : hasEnd ? before.EnabledBefore : before.Enabled);
                row.Set(nameof(JobState.Enabled), false);
                row.Set(nameof(JobState.DisabledUntil), until);
                row.Set(nameof(JobState.DisabledReason), reason);
                return true;
            },
            cancellationToken);

    /// <summary>Records the outcome of a run and settles its occurrence.</summary>
    /// <param name="known">The state as last read, to spare a request; null to read it. If the row has changed since, it is read again.</param>
    /// <param name="settled">The occurrence to settle; null if it stays open or the run has none.</param>
    /// <param name="holdsLock">Called before each write. If false, nothing is written: another runner has taken over.</param>
    /// <returns>The state after the change.</returns>
    public async Task<JobState> RecordAsync(
        RunReport report,
        JobState? known,
        DateTimeOffset? settled,
        DateTimeOffset finishedAt,
        Func<bool> holdsLock,
        CancellationToken cancellationToken)
    {
        var after = new JobState();
        await ChangeAsync(
            report.Job,
            known?.Row,
            row =>
            {
                var before = after = JobState.From(row);
                if (!holdsLock())
                {
                    return false;
                }

                RunColumns.Set(row, before, report, finishedAt);
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

    /// <summary>Registers a job that no tick has seen before. Occurrences up to <paramref name="occurrence"/> count as settled.</summary>
    /// <param name="runner">Recorded as the runner that checks it.</param>
    /// <returns>The state after the change.</returns>
    public async Task<JobState> RegisterAsync(
        string job, DateTimeOffset occurrence, string runner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var after = new JobState();
        await ChangeAsync(
            job,
            known: null,
            row =>
            {
                var isNew = Settle(row, occurrence);
                if (isNew)
                {
                    row.Set(nameof(JobState.FirstSeenAt), now);
                    row.Set(RunnerChecks.Column, RunnerChecks.Add(RunnerChecks.Read(row), runner, now));
                }

                after = JobState.From(row);
                return isNew;
            },
            cancellationToken).ConfigureAwait(false);
        return after;
    }

    /// <summary>
    /// Records that a runner checks a job, if the job is registered. If the row can't be written, or was changed meanwhile, nothing is recorded:
    /// a later check tries again.
    /// </summary>
    /// <param name="state">The state that was read, to spare a request; null to read it.</param>
    public async Task RecordCheckAsync(string job, JobState? state, string runner, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            state ??= await GetAsync(job, cancellationToken).ConfigureAwait(false);
            if (state.Version is { } version)
            {
                var change = new TableEntity(Partition, job) { [RunnerChecks.Column] = RunnerChecks.Add(state.CheckedBy, runner, now) };
                await storage.Jobs.UpdateEntityAsync(change, version, TableUpdateMode.Merge, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (StorageProblem.Explain(e) is not null)
        {
            // It is only for information, so the tick must not fail.
        }
    }

    /// <summary>
    /// Reopens future occurrences that a runner settled because its clock was ahead, and removes its other times in the future. Only at the
    /// operator's request: a runner can't know whose clock is right.
    /// </summary>
    /// <param name="latest">The latest occurrence by a correct clock; those after it become open.</param>
    public Task RewindAsync(JobDefinition job, DateTimeOffset? latest, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(
            job.Name,
            known: null,
            row =>
            {
                var isWrong = JobState.From(row).IsSettledInFuture(job, now);
                if (isWrong)
                {
                    row.Set(nameof(JobState.SettledOccurrence), latest ?? now);
                    if (row.Time(nameof(JobState.LastSuccessAt)) > now)
                    {
                        row.Remove(nameof(JobState.LastSuccessAt));
                        row.Set(nameof(JobState.FirstSeenAt), now); // Overdue is measured from here.
                    }

                    if (row.Time(nameof(JobState.EnabledAt)) > now)
                    {
                        row.Set(nameof(JobState.EnabledAt), now);
                    }

                    string[] past =
                    [
                        nameof(JobState.MissedOccurrence), nameof(JobState.LastFailureAt), nameof(JobState.FailingSince), nameof(JobState.PartialSince),
                    ];
                    foreach (var column in past.Where(column => row.Time(column) > now))
                    {
                        row.Remove(column);
                    }
                }

                return isWrong;
            },
            cancellationToken);

    // A run never reopens an occurrence, even if its clock is behind.
    private static bool Settle(TableEntity row, DateTimeOffset occurrence)
    {
        if (row.Time(nameof(JobState.SettledOccurrence)) >= occurrence)
        {
            return false;
        }

        row.Set(nameof(JobState.SettledOccurrence), occurrence);
        return true;
    }

    /// <param name="known">The row as last read; null to read it first.</param>
    private async Task ChangeAsync(string job, TableEntity? known, Func<TableEntity, bool> change, CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            // A copy, because the change is made in place and must not be seen in the state that the caller read.
            var row = isFirst && known is not null
                ? new TableEntity(known)
                : await storage.Jobs.FindAsync(Partition, job, cancellationToken).ConfigureAwait(false);
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
                    // Replace, because a merge can't remove a column. Columns of other programs are kept: they are in the row that was read.
                    await storage.Jobs.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
                }

                return;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied
                || e.ErrorCode == TableErrorCode.EntityAlreadyExists
                || e.ErrorCode == TableErrorCode.ResourceNotFound)
            {
                // The row was changed in the meantime: retry with the new version.
            }
        }
    }
}
