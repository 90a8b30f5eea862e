using Cochin.Functions.Running;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Scheduling;

/// <summary>
/// What one scheduler remembers of a job's latest occurrence, so that it asks the runner only when there may be something to
/// do, and not every second where a run failed or the lock is held.
/// </summary>
internal sealed class OccurrenceBackoff
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    // After work that failed: with the attempts inside a run this rides out a few minutes of trouble.
    private static readonly TimeSpan[] RetryPauses = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    private bool asked;
    private bool isDone;
    private DateTimeOffset? occurrence;
    private DateTimeOffset notBefore;
    private int attempts;
    private int waits;

    /// <summary>Whether the runner should be asked now.</summary>
    public bool ShouldRun(DateTimeOffset? latest, DateTimeOffset now) =>
        !asked || (latest != occurrence ? latest > occurrence || occurrence is null : !isDone && now >= notBefore);

    /// <summary>Takes in what came of asking.</summary>
    /// <returns>Whether it is news: false where the same lock is still held or the storage still away.</returns>
    public bool Observe(RunReport report, DateTimeOffset now)
    {
        if (report.Occurrence != occurrence)
        {
            attempts = 0;
            waits = 0;
        }

        asked = true;
        occurrence = report.Occurrence;
        isDone = report is { Outcome: not Outcome.Failed, Reason: not (SkipReason.LockHeld or SkipReason.Unfinished), StaysOpen: false };
        if (isDone)
        {
            return true;
        }

        if (report.IsUnfinished)
        {
            // It has got somewhere and goes on with the next tick.
            attempts = 0;
            notBefore = now;
            return true;
        }

        if (report.Attempted)
        {
            notBefore = now + RetryPauses[Math.Min(attempts++, RetryPauses.Length - 1)];
            return true;
        }

        var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, waits), LongestWait.TotalSeconds));
        notBefore = now + wait;
        return waits++ == 0;
    }
}
