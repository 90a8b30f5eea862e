using Cochin.Functions.Running;

namespace Cochin.Functions.Watching;

/// <summary>Looks at the jobs after each run, so that people hear of a failure at once.</summary>
internal sealed class WatchFollower(Watch watch) : RunFollower
{
    public override Task EndedAsync(RunReport report, CancellationToken cancellationToken) =>
        report.Result.WebhookFailed
            ? Task.CompletedTask // The webhook was tried a moment ago; what is owed is told at a later look.
            : watch.LookAtJobsAsync(cancellationToken);
}
