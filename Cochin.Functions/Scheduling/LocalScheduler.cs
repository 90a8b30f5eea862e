using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Scheduling;

/// <summary>
/// Schedules jobs on a machine without a Functions host: all, or those in its scope. Several schedulers may share a storage: the runner makes
/// sure that an occurrence runs once. Between occurrences the only requests for a job are those that record once an hour that it is checked.
/// </summary>
internal sealed class LocalScheduler(
    JobCatalog catalog, JobRunner runner, JobStates states, Watch watch, RunnerScope scope, TimeProvider time, ILogger<LocalScheduler> logger)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchTick = TimeSpan.FromMinutes(1);

    /// <summary>Runs until the token fires, and returns when all runs in progress have been closed.</summary>
    /// <param name="onRun">Receives the reports, except for ticks with nothing due. Called concurrently.</param>
    public Task RunAsync(Action<RunReport> onRun, CancellationToken cancellationToken)
    {
        var jobs = catalog.Jobs.Where(job => scope.Includes(job.Name)).ToList();
        return Task.WhenAll(
            [.. jobs.Select(job => RunAsync(job, onRun, cancellationToken)), RecordChecksAsync(jobs, cancellationToken), WatchAsync(cancellationToken)]);
    }

    /// <summary>Records that the jobs are checked. Their own ticks can't do it, because they stop during a run.</summary>
    private async Task RecordChecksAsync(IReadOnlyList<JobDefinition> jobs, CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(RunnerChecks.Interval, time);
        try
        {
            while (await ticks.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var job in jobs)
                {
                    await states.RecordCheckAsync(job.Name, state: null, scope.Runner, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Requested by the caller.
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(WatchTick, time);
        try
        {
            do
            {
                await CheckAsync(cancellationToken).ConfigureAwait(false);
            }
            while (await ticks.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Requested by the caller.
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (scope.IsPartial ? watch.CheckJobsAsync(cancellationToken) : watch.CheckAsync(cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is, it must not end the notices of a process that may run for months.
            logger.CheckThrew(e);
        }
    }

    private async Task RunAsync(JobDefinition job, Action<RunReport> onRun, CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(Tick, time);
        var backoff = new OccurrenceBackoff();
        try
        {
            do
            {
                var now = time.GetUtcNow();
                if (backoff.ShouldRun(job.Schedule.Latest(now), now))
                {
                    var report = await runner.RunDueAsync(job.Name, cancellationToken).ConfigureAwait(false);
                    if (backoff.Observe(report, time.GetUtcNow()) && report.Reason != SkipReason.NotDue)
                    {
                        onRun(report);
                    }
                }
            }
            while (await ticks.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Requested by the caller.
        }
    }
}
