using System.Collections.Concurrent;
using Azure;
using Cochin.Functions.Auditing;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>
/// Opens and closes the records of runs, and settles occurrences, in the runs table, the jobs table and the audit log. A run that has
/// started is closed even if the program is asked to stop.
/// </summary>
internal sealed class RunLedger(
    JobStates states,
    RunHistory history,
    AuditLog audit,
    RunTelemetry telemetry,
    RunnerScope scope,
    TimeProvider time)
{
    // Writes after the work must reach the storage, and quickly if the program was asked to stop.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClosingLimitWhenStopped = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OpeningLimit = TimeSpan.FromSeconds(6);

    // The occurrence for which a skip that leaves it open was last reported. The next tick may retry a second later.
    private readonly ConcurrentDictionary<(string Job, SkipReason Reason), DateTimeOffset?> reported = new();

    /// <summary>
    /// Skips a run that needs no lock to decide: a tick with nothing due, an occurrence that is left to others, or a manual run of a disabled job.
    /// Null to continue.
    /// </summary>
    public async Task<RunReport?> SkipEarlyAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.Definition is not { } job)
        {
            return null;
        }

        var state = await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
        if (run.Trigger == RunTrigger.Manual)
        {
            run.State = state;
            return state.IsEnabled(job, run.StartedAt)
                ? null
                : await SkipAsync(run, run.Skip(SkipReason.Disabled, RunReasons.Disabled(job, state)), held: null, cancellationToken).ConfigureAwait(false);
        }

        if (state.SettledOccurrence is null && !state.IsSettledUnreadable)
        {
            state = await states
                .RegisterAsync(job.Name, run.Occurrence ?? run.StartedAt, scope.Runner, run.StartedAt, cancellationToken)
                .ConfigureAwait(false);
        }

        run.State = state;
        telemetry.TrackState(job, state);
        var isDue = run.Occurrence is { } due && OccurrenceRule.IsOpen(state, due);
        if (RunnerChecks.MustRecord(state.CheckedBy, scope.Runner, run.StartedAt, isDue))
        {
            await states.RecordCheckAsync(job.Name, state, scope.Runner, run.StartedAt, cancellationToken).ConfigureAwait(false);
        }

        return !isDue ? run.Skip(SkipReason.NotDue)
            : OccurrenceRule.LeftToOthers(job, state, run.StartedAt) is { } reason
                ? await LeaveToOthersAsync(run, run.Skip(reason, RunReasons.LeftToOthers(job, reason)), cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>Skips a run because another runner holds the lock. The occurrence stays open; the skip is recorded once per occurrence.</summary>
    /// <param name="holder">Null if unknown.</param>
    public async Task<RunReport> SkipAsHeldAsync(Run run, LockOwner? holder, CancellationToken cancellationToken)
    {
        var report = run.Skip(SkipReason.LockHeld, RunReasons.LockHeld(run.Options.Task, holder));
        return run.Trigger == RunTrigger.Scheduled && IsReported(run, SkipReason.LockHeld)
            ? report with { IsRepeat = true }
            : await SkipAsync(run, report, held: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Marks the dead runs of a task as lost, and returns the earlier runs for the occurrence. Finds out whether there is work to continue. Call it
    /// under the lock.
    /// </summary>
    /// <param name="partitions">The partitions that hold the runs of the task.</param>
    public async Task<TakeOverResult> TakeOverAsync(Run run, IEnumerable<string> partitions, BlobLock held, CancellationToken cancellationToken)
    {
        // A success in the future was recorded by a clock that was ahead. It says nothing about the runs since.
        var since = run.State?.LastSuccessAt <= run.StartedAt ? run.State.LastSuccessAt - JobState.MaxClockSkew : null;
        var found = await history
            .TakeOverAsync(partitions, run.Options.Task, run.Label, run.Occurrence, since, held, cancellationToken)
            .ConfigureAwait(false);
        run.MayContinue = since is null || found.HasUnfinished;
        return found;
    }

    /// <summary>Checks the occurrence again under the lock, and settles it if no work is needed. Null if there is work to do.</summary>
    public async Task<RunReport?> SettleWithoutWorkAsync(Run run, BlobLock held, IReadOnlyList<RunReport> earlier, CancellationToken cancellationToken)
    {
        if (run is not { Occurrence: { } due, Definition: { } job })
        {
            return null;
        }

        var state = run.State = await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
        switch (OccurrenceRule.Evaluate(job, state, due, earlier, run.StartedAt))
        {
            case OccurrenceVerdict.NotDue:
                return run.Skip(SkipReason.NotDue);

            case OccurrenceVerdict.AlreadyDone:
                var done = earlier.Last(OccurrenceRule.IsDone);
                await states.RecordAsync(done, state, due, done.FinishedAt ?? time.GetUtcNow(), () => held.IsHeld, cancellationToken).ConfigureAwait(false);
                return run.Skip(SkipReason.NotDue);

            case OccurrenceVerdict.Disabled:
                return await SkipAsync(run, run.Skip(SkipReason.Disabled, RunReasons.Disabled(job, state)), held, cancellationToken).ConfigureAwait(false);

            case OccurrenceVerdict.SwitchUnreadable:
                // No record is written: a runner of an earlier version would take the occurrence as done.
                return run.Skip(SkipReason.Disabled, RunReasons.Disabled(job, state)) with
                {
                    StaysOpen = true, IsRepeat = IsReported(run, SkipReason.Disabled),
                };

            case OccurrenceVerdict.Missed:
                var missed = run.Skip(SkipReason.Missed, RunReasons.Missed(due, run.StartedAt, job.CatchUp));
                return await SkipAsync(run, missed, held, cancellationToken).ConfigureAwait(false);

            case OccurrenceVerdict.GivenUp:
                return await GiveUpAsync(run, RunReasons.GivenUp(job.Name, earlier), held, cancellationToken).ConfigureAwait(false);

            case OccurrenceVerdict.TakesTooLong:
                return await GiveUpAsync(run, RunReasons.TakesTooLong(job.Name, due), held, cancellationToken).ConfigureAwait(false);

            default:
                return null;
        }
    }

    /// <summary>Writes the record of a run that starts its work.</summary>
    /// <returns>The version to pass to <see cref="CloseAsync"/>.</returns>
    public async Task<ETag> OpenAsync(Run run)
    {
        using var limit = new CancellationTokenSource(OpeningLimit, time);
        return await history.AddAsync(run.RunningReport(), limit.Token).ConfigureAwait(false);
    }

    /// <summary>Closes the record of a run and settles its occurrence, unless the lock was lost and another runner has taken over.</summary>
    public async Task CloseAsync(Run run, RunReport report, ETag version, BlobLock held, IReadOnlyList<RunReport> earlier, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ClosingLimit, time);
        using var stopped = cancellationToken.Register(() => limit.CancelAfter(ClosingLimitWhenStopped));
        var closed = await history.CloseAsync(report, version, limit.Token).ConfigureAwait(false);
        if (!closed.IsClosed || !held.IsHeld)
        {
            return;
        }

        var isSettled = OccurrenceRule.IsSettledBy(report.Result, earlier);
        await SettleAsync(run, report, isSettled ? run.Occurrence ?? run.Continues : null, held, limit.Token).ConfigureAwait(false);
        if (!report.IsInterrupted && closed.ServiceTime is { } serviceTime)
        {
            await history.TrimAsync(run.Label, serviceTime, limit.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Skips a run because of this process's settings. The skip is recorded once per occurrence, also if each tick is another process.</summary>
    private async Task<RunReport> LeaveToOthersAsync(Run run, RunReport skip, CancellationToken cancellationToken)
    {
        var isRepeat = IsReported(run, skip.Reason!.Value)
            || (await history.ListForOccurrenceAsync(run.Label, run.Occurrence!.Value, cancellationToken).ConfigureAwait(false))
                .Any(record => record.Reason == skip.Reason);
        if (!isRepeat)
        {
            await history.AddAsync(skip, cancellationToken).ConfigureAwait(false);
        }

        return skip with { IsRepeat = isRepeat };
    }

    /// <summary>Whether this process has already reported this reason for the occurrence. Remembers it.</summary>
    private bool IsReported(Run run, SkipReason reason)
    {
        var isReported = reported.TryGetValue((run.Label, reason), out var occurrence) && occurrence == run.Occurrence;
        reported[(run.Label, reason)] = run.Occurrence;
        return isReported;
    }

    /// <summary>Records a skip. A scheduled one settles its occurrence, unless another runner holds the lock.</summary>
    /// <param name="held">The lock under which it was decided; null if none was needed.</param>
    private async Task<RunReport> SkipAsync(Run run, RunReport skip, BlobLock? held, CancellationToken cancellationToken)
    {
        if (!run.Options.DryRun)
        {
            await history.AddAsync(skip, cancellationToken).ConfigureAwait(false);
            if (skip.Reason != SkipReason.LockHeld)
            {
                await SettleAsync(run, skip, run.Occurrence, held, cancellationToken).ConfigureAwait(false);
            }
        }

        return skip;
    }

    private async Task<RunReport> GiveUpAsync(Run run, string why, BlobLock held, CancellationToken cancellationToken)
    {
        run.ErrorType = "given_up";
        var givenUp = run.Report(RunGuard.Failure(why, FailureKind.GivenUp));
        await history.AddAsync(givenUp, cancellationToken).ConfigureAwait(false);
        await SettleAsync(run, givenUp, run.Occurrence, held, cancellationToken).ConfigureAwait(false);
        return givenUp;
    }

    /// <summary>Writes the outcome of a run to its job's state and the audit log.</summary>
    private async Task SettleAsync(Run run, RunReport report, DateTimeOffset? settled, BlobLock? held, CancellationToken cancellationToken)
    {
        if (run.Definition is { } job)
        {
            var state = await states
                .RecordAsync(report, run.State, settled, time.GetUtcNow(), () => held is null or { IsHeld: true }, cancellationToken)
                .ConfigureAwait(false);
            telemetry.TrackState(job, state);
        }

        var line = new AuditLine(time.GetUtcNow(), run.Id, run.Label, "run", run.Options.Task, report.Outcome.ToString());
        await audit.AppendAsync([line], cancellationToken).ConfigureAwait(false);
    }
}
