using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Watching;

namespace Cochin.Functions.Scheduling;

/// <summary>
/// Ticks for all jobs on a machine without a Functions host. Any number may run on one storage: the runner sees to it that an
/// occurrence is carried out once. Between occurrences the storage is not asked.
/// </summary>
internal sealed class LocalScheduler(JobCatalog catalog, JobRunner runner, Watch watch, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchTick = TimeSpan.FromMinutes(1);

    /// <summary>Ticks until the token fires; returns once the runs under way have been closed.</summary>
    /// <param name="onRun">Takes every report but those of ticks with nothing due. Called by several jobs at once.</param>
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
        var watch = new OccurrenceBackoff();
        try
        {
            do
            {
                var now = time.GetUtcNow();
                if (watch.ShouldRun(job.Schedule.Latest(now), now))
                {
                    var report = await runner.RunDueAsync(job.Name, cancellationToken).ConfigureAwait(false);
                    if (watch.Observe(report, time.GetUtcNow()) && report.Reason != SkipReason.NotDue)
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
