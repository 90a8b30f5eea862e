using System.Collections.Concurrent;
using Cochin.Functions.Auditing;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>
/// Carries out jobs: decides whether one is due, takes the lock of its task, keeps the record, settles the occurrence. A run
/// never throws: what goes wrong comes back as its outcome, with the reason in words.
/// </summary>
internal sealed class JobRunner(
    JobCatalog catalog,
    JobStates states,
    RunHistory history,
    BlobLocks locks,
    AuditLog audit,
    RunNotices notices,
    RunGuard guard,
    RunLimits limits,
    RunFollowers followers,
    RunTelemetry telemetry,
    IEnumerable<MaintenanceTask> tasks,
    TimeProvider time,
    ILogger<JobRunner> logger)
{
    // What is written after the work must reach the storage; when the program was asked to stop, soon.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ClosingLimitWhenStopped = TimeSpan.FromSeconds(6);

    private readonly ConcurrentDictionary<string, DateTimeOffset?> recordedAsHeld = new();

    /// <summary>A tick of the clock: carries out the job's latest occurrence if nobody has yet.</summary>
    /// <exception cref="ArgumentException">There is no such job.</exception>
    public async Task<RunReport> RunDueAsync(string jobName, CancellationToken cancellationToken)
    {
        var job = catalog.Find(jobName) ?? throw new ArgumentException($"There is no job '{jobName}'.", nameof(jobName));
        var run = new Run(job.Options, job, RunTrigger.Scheduled, job.Schedule.Latest(time.GetUtcNow()), RunObserver.None, time);
        var isDue = IsDueAsync(run, job, cancellationToken);
        await ((Task)isDue).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (isDue is { IsCompletedSuccessfully: true, Result: false })
        {
            return run.Skip(SkipReason.NotDue); // Out of here without a trace: most ticks are so.
        }

        return await GuardAsync(
            run,
            async () =>
            {
                await isDue.ConfigureAwait(false);
                return await RunLockedAsync(run, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A job at a person's request, with the job's own options.</summary>
    public Task<RunReport> RunJobAsync(JobDefinition job, bool dryRun, RunObserver observer, CancellationToken cancellationToken)
    {
        var run = new Run(job.Options with { DryRun = dryRun }, job, RunTrigger.Manual, occurrence: null, observer, time);
        return GuardAsync(
            run,
            async () =>
            {
                var state = await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
                if (!state.IsEnabled(job, run.StartedAt))
                {
                    return await RecordSkipAsync(run, run.Skip(SkipReason.Disabled, RunReasons.Disabled(state)), cancellationToken).ConfigureAwait(false);
                }

                return await RunLockedAsync(run, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>A task at a person's request, with the options that were typed.</summary>
    public Task<RunReport> RunTaskAsync(TaskOptions options, RunObserver observer, CancellationToken cancellationToken)
    {
        var run = new Run(options, definition: null, RunTrigger.Manual, occurrence: null, observer, time);
        return GuardAsync(run, () => RunLockedAsync(run, cancellationToken), cancellationToken);
    }

    private async Task<bool> IsDueAsync(Run run, JobDefinition job, CancellationToken cancellationToken)
    {
        var state = await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
        if (state.SettledOccurrence is null)
        {
            state = await states.SeeFirstAsync(job.Name, run.Occurrence ?? run.StartedAt, run.StartedAt, cancellationToken).ConfigureAwait(false);
        }

        telemetry.Saw(job, state);
        return run.Occurrence > state.SettledOccurrence;
    }

    private async Task<RunReport> RunLockedAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.Options.DryRun)
        {
            return run.Report(await WorkAsync(run, held: null, cancellationToken).ConfigureAwait(false));
        }

        var owner = new LockOwner($"{Environment.MachineName}:{Environment.ProcessId}", run.Label, run.Id, run.StartedAt);
        var asked = time.GetTimestamp();
        var (held, holder) = await locks.TryAcquireAsync(run.Options.Task, owner, cancellationToken).ConfigureAwait(false);
        telemetry.LockTried(run.Options.Task, held is not null, time.GetElapsedTime(asked));
        if (held is null)
        {
            var report = run.Skip(SkipReason.LockHeld, RunReasons.LockHeld(run.Options.Task, holder));

            if (run.Trigger == RunTrigger.Scheduled && recordedAsHeld.TryGetValue(run.Label, out var recorded) && recorded == run.Occurrence)
            {
                // Once an occurrence: the next tick tries again, perhaps a second from now.
                return report with { IsRepeat = true };
            }

            recordedAsHeld[run.Label] = run.Occurrence;
            return await RecordSkipAsync(run, report, cancellationToken).ConfigureAwait(false);
        }

        await using (held.ConfigureAwait(false))
        {
            var (found, earlier) = await history.TakeOverAsync(catalog.PartitionsOf(run.Options.Task), run.Label, run.Occurrence, cancellationToken).ConfigureAwait(false);
            foreach (var lost in found)
            {
                telemetry.Lost(lost);
                logger.RunLost(lost.RunId, lost.Job, run.Id);
            }

            return await SettleWithoutWorkAsync(run, earlier, cancellationToken).ConfigureAwait(false)
                ?? await RunRecordedAsync(run, held, earlier, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks again, now that nobody else can settle the occurrence; null where there is work to do.</summary>
    private async Task<RunReport?> SettleWithoutWorkAsync(Run run, IReadOnlyList<RunRecord> earlier, CancellationToken cancellationToken)
    {
        if (run is not { Occurrence: { } due, Definition: { } job })
        {
            return null;
        }

        var state = await states.GetAsync(job.Name, cancellationToken).ConfigureAwait(false);
        switch (OccurrenceRule.Judge(job, state, due, earlier, run.StartedAt))
        {
            case OccurrenceVerdict.NotDue:
                return run.Skip(SkipReason.NotDue);

            case OccurrenceVerdict.AlreadyDone:
                await states.SettleAsync(job.Name, due, cancellationToken).ConfigureAwait(false);
                return run.Skip(SkipReason.NotDue);

            case OccurrenceVerdict.Disabled:
                return await RecordSkipAsync(run, run.Skip(SkipReason.Disabled, RunReasons.Disabled(state)), cancellationToken).ConfigureAwait(false);

            case OccurrenceVerdict.Missed:
                var missed = run.Skip(SkipReason.Missed, RunReasons.Missed(due, run.StartedAt, job.CatchUp));
                await RecordSkipAsync(run, missed, cancellationToken).ConfigureAwait(false);
                await notices.MissedAsync(missed, cancellationToken).ConfigureAwait(false);
                return missed;

            case OccurrenceVerdict.GivenUp:
                run.ErrorType = "given_up";
                var givenUp = run.Report(RunGuard.Failure(RunReasons.GivenUp(job.Name, OccurrenceRule.Attempts(earlier))));
                await history.AddAsync(givenUp, cancellationToken).ConfigureAwait(false);
                await SettleAsync(run, givenUp, due, cancellationToken).ConfigureAwait(false);
                await notices.EndedAsync(givenUp, state, cancellationToken).ConfigureAwait(false);
                return givenUp;

            default:
                return null;
        }
    }

    private async Task<RunReport> RunRecordedAsync(Run run, BlobLock held, IReadOnlyList<RunRecord> earlier, CancellationToken cancellationToken)
    {
        // From here on the record is there, whoever asks to stop; it is closed below on every path.
        cancellationToken.ThrowIfCancellationRequested();
        using var opening = new CancellationTokenSource(ClosingLimitWhenStopped, time);
        var version = await history.AddAsync(run.Report(new TaskResult { Outcome = Outcome.Running }), opening.Token).ConfigureAwait(false);
        logger.RunStarted(run.Id, run.Label, run.Trigger, run.Occurrence);
        await followers.StartedAsync(run, cancellationToken).ConfigureAwait(false);

        var report = run.Report(await WorkAsync(run, held, cancellationToken).ConfigureAwait(false)) with { Attempted = true };

        using var limit = new CancellationTokenSource(ClosingLimit, time);
        using var stopped = cancellationToken.Register(() => limit.CancelAfter(ClosingLimitWhenStopped));
        if (await history.CloseAsync(report, version, limit.Token).ConfigureAwait(false) && held.IsHeld)
        {
            var isSettled = OccurrenceRule.IsSettledBy(report.Outcome, earlier);
            var before = await SettleAsync(run, report, isSettled ? run.Occurrence : null, limit.Token).ConfigureAwait(false);
            await history.TrimAsync(run.Label, limit.Token).ConfigureAwait(false);
            if (before is not null && !cancellationToken.IsCancellationRequested)
            {
                await notices.EndedAsync(report, before, cancellationToken).ConfigureAwait(false);
            }
        }

        return report;
    }

    /// <summary>A skip that is worth a record; a scheduled one settles its occurrence, unless only the lock was missing.</summary>
    private async Task<RunReport> RecordSkipAsync(Run run, RunReport skip, CancellationToken cancellationToken)
    {
        if (!run.Options.DryRun)
        {
            await history.AddAsync(skip, cancellationToken).ConfigureAwait(false);
            if (skip.Reason != SkipReason.LockHeld)
            {
                await SettleAsync(run, skip, run.Occurrence, cancellationToken).ConfigureAwait(false);
            }
        }

        return skip;
    }

    /// <summary>Writes how a run ended to its job's state and the audit log.</summary>
    /// <returns>The state as it was before; null where a person typed the task.</returns>
    private async Task<JobState?> SettleAsync(Run run, RunReport report, DateTimeOffset? settled, CancellationToken cancellationToken)
    {
        JobState? before = null;
        if (run.Definition is { } job)
        {
            (before, var after) = await states.RecordAsync(report, settled, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            telemetry.Saw(job, after);
        }

        await audit.AppendAsync([new AuditLine(time.GetUtcNow(), run.Id, run.Label, "run", run.Options.Task, report.Outcome.ToString())], cancellationToken).ConfigureAwait(false);
        return before;
    }

    /// <summary>Lets the task work until it ends or must stop. Whatever it throws becomes a failure with a reason.</summary>
    private async Task<TaskResult> WorkAsync(Run run, BlobLock? held, CancellationToken cancellationToken)
    {
        using var stop = new RunStop(run, held, limits.Work, time, cancellationToken);
        var context = new TaskContext
        {
            RunId = run.Id,
            Job = run.Label,
            Audit = run.Options.DryRun ? AuditTrail.None : new AuditTrail(audit, time, run.Id, run.Label),
            Progress = run.Observer.Progress ?? (static _ => { }),
            Items = run.Observer.Items,
            ThrowIfStopped = stop.ThrowIfStopped,
        };

        var task = tasks.Single(task => task.Name == run.Options.Task);
        return await guard.CatchAsync(run, () => task.RunAsync(run.Options, context, stop.Token), stop, () => context.SoFar?.Invoke()).ConfigureAwait(false);
    }

    private async Task<RunReport> GuardAsync(Run run, Func<Task<RunReport>> work, CancellationToken cancellationToken)
    {
        RunReport? report = null;
        using var span = telemetry.Begin(run);
        using var stop = new RunStop(run, held: null, limit: null, time, cancellationToken);
        var failure = await guard.CatchAsync(run, async () => (report = await work().ConfigureAwait(false)).Result, stop).ConfigureAwait(false);

        report ??= run.Report(failure);
        span.End(report);
        telemetry.Ended(report);
        if (report.Reason != SkipReason.NotDue)
        {
            logger.RunEnded(run.Id, run.Label, report.Outcome, report.Reason, report.Duration, report.Error);
            if (!run.Options.DryRun)
            {
                await followers.EndedAsync(report, cancellationToken).ConfigureAwait(false);
            }
        }

        return report;
    }
}
