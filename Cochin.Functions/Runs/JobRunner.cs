using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>
/// Runs jobs: due? → lock → record → work → settle. A run never throws: a failure is returned as its outcome, with the reason.
/// </summary>
internal sealed class JobRunner(JobCatalog catalog, RunLedger ledger, BlobLocks locks, TaskRunner tasks, RunGuard guard, RunEvents events, TimeProvider time)
{
    /// <summary>Runs the job's latest occurrence if it is still open. Called on every tick.</summary>
    /// <exception cref="ArgumentException">There is no such job.</exception>
    public Task<RunReport> RunDueAsync(string jobName, CancellationToken cancellationToken)
    {
        var job = catalog.Find(jobName) ?? throw new ArgumentException($"There is no job '{jobName}'.", nameof(jobName));
        return RunAsync(Run.Scheduled(job, time), cancellationToken);
    }

    /// <summary>Runs a job at the operator's request, with the job's options.</summary>
    public Task<RunReport> RunJobAsync(JobDefinition job, bool dryRun, RunObserver observer, CancellationToken cancellationToken) =>
        RunAsync(Run.Requested(job, dryRun, observer, time), cancellationToken);

    /// <summary>Runs a task with options that the operator typed.</summary>
    public Task<RunReport> RunTaskAsync(TaskOptions options, RunObserver observer, CancellationToken cancellationToken) =>
        RunAsync(Run.Typed(options, observer, time), cancellationToken);

    private async Task<RunReport> RunAsync(Run run, CancellationToken cancellationToken)
    {
        using var stop = new RunStop(run, held: null, limit: null, time, cancellationToken);
        var skip = ledger.SkipEarlyAsync(run, cancellationToken);
        await ((Task)skip).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (skip is { IsCompletedSuccessfully: true, Result: { Reason: SkipReason.NotDue } notDue })
        {
            return notDue; // The case for most ticks: nothing is logged or recorded.
        }

        using var span = events.Begin(run);
        var report = await guard.CatchAsync(run, stop, CarryOutAsync, run.Report).ConfigureAwait(false);
        await events.EndedAsync(report, span, cancellationToken).ConfigureAwait(false);
        return report;

        async Task<RunReport> CarryOutAsync() =>
            await skip.ConfigureAwait(false) ?? await CarryOutDueAsync(run, cancellationToken).ConfigureAwait(false);
    }

    private async Task<RunReport> CarryOutDueAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.Options.DryRun)
        {
            return run.Report(await tasks.RunAsync(run, held: null, cancellationToken).ConfigureAwait(false));
        }

        var (held, holder) = await TakeLockAsync(run, cancellationToken).ConfigureAwait(false);
        if (held is null)
        {
            return await ledger.SkipAsHeldAsync(run, holder, cancellationToken).ConfigureAwait(false);
        }

        await using (held.ConfigureAwait(false))
        {
            var (lost, earlier, _) = await ledger.TakeOverAsync(run, catalog.PartitionsOf(run.Options.Task), held, cancellationToken).ConfigureAwait(false);
            events.Lost(lost, run);
            if (!held.IsHeld)
            {
                // This process was paused and another runner has taken the lock. The records just read may be that runner's.
                holder = await locks.FindHolderAsync(run.Options.Task, cancellationToken).ConfigureAwait(false);
                return await ledger.SkipAsHeldAsync(run, holder, cancellationToken).ConfigureAwait(false);
            }

            return await ledger.SettleWithoutWorkAsync(run, held, earlier, cancellationToken).ConfigureAwait(false)
                ?? await WorkAsync(run, held, earlier, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<LockAttempt> TakeLockAsync(Run run, CancellationToken cancellationToken)
    {
        var owner = new LockOwner($"{Environment.MachineName}:{Environment.ProcessId}", run.Label, run.Id, run.StartedAt);
        var started = time.GetTimestamp();
        var attempt = await locks.TryAcquireAsync(run.Options.Task, owner, cancellationToken).ConfigureAwait(false);
        events.LockTried(run.Options.Task, attempt.Lock is not null, time.GetElapsedTime(started));
        return attempt;
    }

    private async Task<RunReport> WorkAsync(Run run, BlobLock held, IReadOnlyList<RunReport> earlier, CancellationToken cancellationToken)
    {
        // The record is written even if the run is cancelled from here on, and is closed below on every path.
        cancellationToken.ThrowIfCancellationRequested();
        run.IsLastAttempt = run.Trigger == RunTrigger.Scheduled && OccurrenceRule.IsLastAttempt(earlier);
        var version = await ledger.OpenAsync(run).ConfigureAwait(false);
        await events.StartedAsync(run, cancellationToken).ConfigureAwait(false);

        var report = run.Report(await tasks.RunAsync(run, held, cancellationToken).ConfigureAwait(false)) with { Attempted = true };
        await ledger.CloseAsync(run, report, version, held, earlier, cancellationToken).ConfigureAwait(false);
        return report;
    }
}
