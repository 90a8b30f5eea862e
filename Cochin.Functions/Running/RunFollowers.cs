using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>All that follow runs, at once, each with a limited time and none able to harm a run.</summary>
internal sealed class RunFollowers(IEnumerable<RunFollower> followers, TimeProvider time, ILogger<RunFollowers> logger)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimitWhenStopped = TimeSpan.FromSeconds(3);

    public async Task StartedAsync(Run run, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(StartLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        await TellAsync(run.Id, run.Label, (follower, token) => follower.StartedAsync(run, token), either.Token).ConfigureAwait(false);
    }

    /// <param name="cancellationToken">The program's own: once it fires, now or before, there are a few seconds left.</param>
    public async Task EndedAsync(RunReport report, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(EndLimit, time);
        using var stopped = cancellationToken.Register(() => limit.CancelAfter(EndLimitWhenStopped));
        await TellAsync(report.RunId, report.Job, (follower, token) => follower.EndedAsync(report, token), limit.Token).ConfigureAwait(false);
    }

    private Task TellAsync(string runId, string job, Func<RunFollower, CancellationToken, Task> tell, CancellationToken cancellationToken) =>
        Task.WhenAll(followers.Select(follower => TellAsync(follower, runId, job, tell, cancellationToken)));

    private async Task TellAsync(RunFollower follower, string runId, string job, Func<RunFollower, CancellationToken, Task> tell, CancellationToken cancellationToken)
    {
        try
        {
            await tell(follower, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            logger.FollowerFailed(e, follower.GetType().Name, runId, job);
        }
    }
}
