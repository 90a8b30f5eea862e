using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Checks the jobs after each run, so that a failure is announced at once.</summary>
internal sealed class WatchFollower(Watch watch) : RunFollower
{
    public override Task EndedAsync(RunReport report, CancellationToken cancellationToken) =>
        report.Result.WebhookFailed
            ? Task.CompletedTask // The channel was tried a moment ago; what is owed is sent by a later check.
            : watch.LookAtJobsAsync(cancellationToken);
}
