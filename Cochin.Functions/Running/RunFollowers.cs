using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>All that follow runs, at once, each with a limited time and none able to harm a run.</summary>
internal sealed class RunFollowers(IEnumerable<RunFollower> followers, TimeProvider time, ILogger<RunFollowers> logger)
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimitWhenStopped = TimeSpan.FromSeconds(3);

    public Task StartedAsync(Run run, CancellationToken cancellationToken) =>
        TellAsync(run.Id, run.Label, (follower, token) => follower.StartedAsync(run, token), StartLimit, cancellationToken);

    /// <param name="cancellationToken">The program's own; once it has fired there is little time left.</param>
    public Task EndedAsync(RunReport report, CancellationToken cancellationToken) =>
        TellAsync(
            report.RunId,
            report.Job,
            (follower, token) => follower.EndedAsync(report, token),
            cancellationToken.IsCancellationRequested ? EndLimitWhenStopped : EndLimit,
            CancellationToken.None);

    private async Task TellAsync(string runId, string job, Func<RunFollower, CancellationToken, Task> tell, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        await Task.WhenAll(followers.Select(follower => TellAsync(follower, runId, job, tell, stop.Token))).ConfigureAwait(false);
    }

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
