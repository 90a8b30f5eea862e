using System.Collections.Concurrent;
using Cochin.Functions.Auditing;
using Cochin.Functions.Locking;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>
/// Carries out jobs: decides whether one is due, takes the lock of its task, lets the task work, and has it written down. A run
/// never throws: what goes wrong comes back as its outcome, with the reason in words.
/// </summary>
internal sealed class JobRunner(
    JobCatalog catalog,
    JobStates states,
    RunHistory history,
    BlobLocks locks,
    AuditLog audit,
    RunSettlement settlement,
    RunGuard guard,
    RunCheckpoints checkpoints,
    RunLimits limits,
    RunFollowers followers,
    RunTelemetry telemetry,
    IEnumerable<MaintenanceTask> tasks,
    TimeProvider time,
    ILogger<JobRunner> logger)
{
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
                    return await settlement.SkipAsync(run, run.Skip(SkipReason.Disabled, RunReasons.Disabled(state)), held: null, cancellationToken).ConfigureAwait(false);
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
        if (state.SettledOccurrence is null && !state.IsSettledUnreadable)
        {
            state = await states.SeeFirstAsync(job.Name, run.Occurrence ?? run.StartedAt, run.StartedAt, cancellationToken).ConfigureAwait(false);
        }

        telemetry.Saw(job, state);
        return state.IsSettledUnreadable ? run.Occurrence is not null : run.Occurrence > state.SettledOccurrence;
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
            return await SkipAsHeldAsync(run, holder, cancellationToken).ConfigureAwait(false);
        }

        await using (held.ConfigureAwait(false))
        {
            var (found, earlier) = await history.TakeOverAsync(catalog.PartitionsOf(run.Options.Task), run.Label, run.Occurrence, held, cancellationToken).ConfigureAwait(false);
            foreach (var lost in found)
            {
                telemetry.Lost(lost);
                logger.RunLost(lost.RunId, lost.Job, run.Id);
            }

            if (!held.IsHeld)
            {
                // This process was paused, and what it has read is about others who hold the lock by now.
                return await SkipAsHeldAsync(run, await locks.FindHolderAsync(run.Options.Task, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }

            return await settlement.WithoutWorkAsync(run, held, earlier, cancellationToken).ConfigureAwait(false)
                ?? await RunRecordedAsync(run, held, earlier, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<RunReport> SkipAsHeldAsync(Run run, LockOwner? holder, CancellationToken cancellationToken)
    {
        var report = run.Skip(SkipReason.LockHeld, RunReasons.LockHeld(run.Options.Task, holder));
        if (run.Trigger == RunTrigger.Scheduled && recordedAsHeld.TryGetValue(run.Label, out var recorded) && recorded == run.Occurrence)
        {
            // Once an occurrence: the next tick tries again, perhaps a second from now.
            return report with { IsRepeat = true };
        }

        if (run.Trigger == RunTrigger.Scheduled)
        {
            recordedAsHeld[run.Label] = run.Occurrence;
        }

        return await settlement.SkipAsync(run, report, held: null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunReport> RunRecordedAsync(Run run, BlobLock held, IReadOnlyList<RunRecord> earlier, CancellationToken cancellationToken)
    {
        // From here on the record is there, whoever asks to stop; it is closed below on every path.
        cancellationToken.ThrowIfCancellationRequested();
        run.IsLastAttempt = run.Trigger == RunTrigger.Scheduled && OccurrenceRule.IsLastAttempt(earlier);
        var version = await settlement.OpenAsync(run).ConfigureAwait(false);
        logger.RunStarted(run.Id, run.Label, run.Trigger);
        await followers.StartedAsync(run, cancellationToken).ConfigureAwait(false);

        var report = run.Report(await WorkAsync(run, held, cancellationToken).ConfigureAwait(false)) with { Attempted = true };
        await settlement.CloseAsync(run, report, version, held, earlier, cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Lets the task work until it ends or must stop. Whatever it throws becomes a failure with a reason.</summary>
    private async Task<TaskResult> WorkAsync(Run run, BlobLock? held, CancellationToken cancellationToken)
    {
        using var stop = new RunStop(run, held, limits.Work, time, cancellationToken);
        var checkpoint = run.Options.DryRun ? null : checkpoints.Of(run, stop);
        using var budget = new RunBudget(run, checkpoint is null ? null : limits, time);
        var context = new TaskContext
        {
            RunId = run.Id,
            Job = run.Label,
            Audit = run.Options.DryRun ? AuditTrail.None : new AuditTrail(audit, time, run.Id, run.Label),
            Progress = run.Observer.Progress ?? (static _ => { }),
            Items = run.Observer.Items,
            ThrowIfStopped = stop.ThrowIfStopped,
            IsOutOfTime = () => budget.IsUsed,
            OutOfTime = budget.Used,
            HasTimeFor = budget.HasTimeFor,
            LastMoment = budget.LastMoment,
            Time = time,
            LockRenewal = () => held?.Renewal ?? Task.CompletedTask,
            LockRenewalTook = () => held?.RenewalTook ?? TimeSpan.Zero,
            Checkpoint = checkpoint ?? Checkpoint.None,
        };

        // What the task asks before a write, the storage asks again before it sends that write a second time.
        WriteGuardPolicy.Guard = stop.ThrowIfStopped;
        var task = tasks.Single(task => task.Name == run.Options.Task);
        var result = await guard.CatchAsync(run, () => WorkAsync(task, run, context, checkpoint, stop.Token), stop, () => context.SoFar?.Invoke()).ConfigureAwait(false);
        return checkpoint is { Warnings: { Count: > 0 } dropped } ? result with { Warnings = [.. dropped, .. result.Warnings] } : result;
    }

    private static async Task<TaskResult> WorkAsync(MaintenanceTask task, Run run, TaskContext context, RunCheckpoint? checkpoint, CancellationToken cancellationToken)
    {
        var result = await task.RunAsync(run.Options, context, cancellationToken).ConfigureAwait(false);
        return checkpoint is null ? result : await checkpoint.EndAsync(result, cancellationToken).ConfigureAwait(false);
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
        if (report is { Reason: not SkipReason.NotDue, IsRepeat: false })
        {
            logger.RunEnded(report);
            if (!run.Options.DryRun && report is not { IsInterrupted: true, Attempted: false })
            {
                await followers.EndedAsync(report, cancellationToken).ConfigureAwait(false);
            }
        }

        return report;
    }
}
