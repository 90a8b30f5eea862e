using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Scheduling;

/// <summary>
/// Schedules all jobs on a machine without a Functions host. Several schedulers may share a storage: the runner makes sure that an occurrence
/// runs once. Between occurrences no request is sent for jobs.
/// </summary>
internal sealed class LocalScheduler(JobCatalog catalog, JobRunner runner, Watch watch, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchTick = TimeSpan.FromMinutes(1);

    /// <summary>Runs until the token fires, and returns when all runs in progress have been closed.</summary>
    /// <param name="onRun">Receives the reports, except for ticks with nothing due. Called concurrently.</param>
    public Task RunAsync(Action<RunReport> onRun, CancellationToken cancellationToken) =>
        Task.WhenAll([.. catalog.Jobs.Select(job => RunAsync(job, onRun, cancellationToken)), WatchAsync(cancellationToken)]);

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(WatchTick, time);
        try
        {
            do
            {
                await watch.LookAsync(cancellationToken).ConfigureAwait(false);
            }
            while (await ticks.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way it ends.
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
            // The way it ends.
        }
    }
}
