using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Scheduling;

/// <summary>
/// Decides when a scheduler calls the runner for a job: once per occurrence, and with growing delays while a run fails or the lock is held.
/// </summary>
internal sealed class OccurrenceBackoff
{
    // A remembered occurrence further ahead was found by a clock that has been set back since.
    private static readonly TimeSpan MaxClockSkew = TimeSpan.FromHours(1);

    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(15);

    // Delays after failed work. Together with the retries of storage requests they bridge an outage of a few minutes.
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    private bool hasRun;
    private bool isDone;
    private DateTimeOffset? occurrence;
    private DateTimeOffset askedAt;
    private DateTimeOffset notBefore;
    private int attempts;
    private int waits;

    /// <summary>Whether to call the runner now.</summary>
    public bool ShouldRun(DateTimeOffset? latest, DateTimeOffset now)
    {
        if (occurrence - now > MaxClockSkew)
        {
            return (now - askedAt).Duration() >= RetryDelays[^1];
        }

        // No delay is longer than the last one, so a longer wait was also set by a clock that was ahead.
        var isWaitOver = now >= notBefore || notBefore - now > RetryDelays[^1];
        return !hasRun || (latest != occurrence ? latest > occurrence || occurrence is null : !isDone && isWaitOver);
    }

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
        askedAt = now;
        occurrence = report.Occurrence;
        isDone = report is { Result.MustBeRetried: false, Reason: not (SkipReason.LockHeld or SkipReason.Unfinished), StaysOpen: false };
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
