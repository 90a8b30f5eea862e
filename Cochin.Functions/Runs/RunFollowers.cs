using Cochin.Functions.Jobs;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Runs;

/// <summary>Notifies all followers in parallel, with a time limit. Their exceptions are logged.</summary>
internal sealed class RunFollowers(IEnumerable<RunFollower> followers, TimeProvider time, ILogger<RunFollowers> logger)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimitWhenStopped = TimeSpan.FromSeconds(3);

    public async Task StartedAsync(Run run, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(StartLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        await NotifyAsync(run.Id, run.Label, (follower, token) => follower.StartedAsync(run, token), either.Token).ConfigureAwait(false);
    }

    /// <param name="cancellationToken">Fires when the program is asked to stop. The followers then have a few seconds left.</param>
    public async Task EndedAsync(RunReport report, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(EndLimit, time);
        using var stopped = cancellationToken.Register(() => limit.CancelAfter(EndLimitWhenStopped));
        await NotifyAsync(report.RunId, report.Job, (follower, token) => follower.EndedAsync(report, token), limit.Token).ConfigureAwait(false);
    }

    private Task NotifyAsync(string runId, string job, Func<RunFollower, CancellationToken, Task> notify, CancellationToken cancellationToken) =>
        Task.WhenAll(followers.Select(follower => NotifyAsync(follower, runId, job, notify, cancellationToken)));

    private async Task NotifyAsync(
        RunFollower follower,
        string runId,
        string job,
        Func<RunFollower, CancellationToken, Task> notify,
        CancellationToken cancellationToken)
    {
        try
        {
            await notify(follower, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.FollowerFailed(e, follower.GetType().Name, runId, job);
        }
    }
}

/// <summary>
/// Is notified when a run starts and ends. A follower can't affect the run: its exceptions are logged, and its time is limited.
/// </summary>
internal abstract class RunFollower
{
    /// <summary>The record of a run is written and its work starts. Not called for dry runs and skips.</summary>
    public virtual Task StartedAsync(Run run, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A run has ended and released its lock. Also called for skips, but not for dry runs and ticks with nothing due.</summary>
    public virtual Task EndedAsync(RunReport report, CancellationToken cancellationToken) => Task.CompletedTask;
}
