using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>Checks the jobs after each run, so that a failure is announced immediately.</summary>
internal sealed class WatchFollower(Watch watch) : RunFollower
{
    public override Task EndedAsync(RunReport report, CancellationToken cancellationToken) =>
        report.Result.WebhookFailed
            ? Task.CompletedTask // The channel just failed. A later check sends the notice.
            : watch.CheckJobsAsync(cancellationToken);
}
