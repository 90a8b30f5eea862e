using Cochin.Functions.Notifications;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>
/// Tells people when a job begins to fail, when it is well again, and when an occurrence was missed. Trouble with the
/// telling changes nothing about the run.
/// </summary>
internal sealed class RunNotices(Notices notices, JobStates states, TimeProvider time)
{
    /// <param name="before">The job's state before this run.</param>
    public async Task EndedAsync(RunReport report, JobState before, CancellationToken cancellationToken)
    {
        if (report.Outcome == Outcome.Failed && before.FailureNoticeAt is null && !report.Result.WebhookFailed)
        {
            if (await notices.FailedAsync(report.Job, report.Occurrence ?? report.StartedAt, report.Error ?? "", report.RunId, cancellationToken).ConfigureAwait(false))
            {
                await states.RememberNoticeAsync(report.Job, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            }
        }
        else if (report.Outcome is Outcome.Completed or Outcome.Partial && before.FailureNoticeAt is { } failingSince)
        {
            if (await notices.RecoveredAsync(report.Job, failingSince, report.RunId, cancellationToken).ConfigureAwait(false))
            {
                await states.RememberNoticeAsync(report.Job, at: null, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task MissedAsync(RunReport report, CancellationToken cancellationToken) =>
        notices.MissedAsync(report.Job, report.Occurrence ?? report.StartedAt, report.RunId, cancellationToken);
}
