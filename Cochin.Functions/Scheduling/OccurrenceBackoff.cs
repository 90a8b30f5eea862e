using Cochin.Functions.Running;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Scheduling;

/// <summary>
/// Decides when a scheduler calls the runner for a job: once per occurrence, and with growing delays while a run fails or the lock is held.
/// </summary>
internal sealed class OccurrenceBackoff
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(15);

    // Delays after failed work. Together with the retries of storage requests they bridge an outage of a few minutes.
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    private bool hasRun;
    private bool isDone;
    private DateTimeOffset? occurrence;
    private DateTimeOffset notBefore;
    private int attempts;
    private int waits;

    /// <summary>Whether to call the runner now.</summary>
    public bool ShouldRun(DateTimeOffset? latest, DateTimeOffset now) =>
        !hasRun || (latest != occurrence ? latest > occurrence || occurrence is null : !isDone && now >= notBefore);

    /// <summary>Updates the backoff with the report of a call.</summary>
    /// <returns>Whether to show the report: false if the same lock is still held or the storage still can't be reached.</returns>
    public bool Observe(RunReport report, DateTimeOffset now)
    {
        if (report.Occurrence != occurrence)
        {
            attempts = 0;
            waits = 0;
        }

        hasRun = true;
        occurrence = report.Occurrence;
        isDone = report is { Outcome: not Outcome.Failed, Reason: not (SkipReason.LockHeld or SkipReason.Unfinished), StaysOpen: false };
        if (isDone)
        {
            return true;
        }

        if (report.IsUnfinished)
        {
            // It made progress, so the next tick continues at once.
            attempts = 0;
            notBefore = now;
            return true;
        }

        if (report.Attempted)
        {
            notBefore = now + RetryDelays[Math.Min(attempts++, RetryDelays.Length - 1)];
            return true;
        }

        var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, waits), MaxWait.TotalSeconds));
        notBefore = now + wait;
        return waits++ == 0;
    }
}
