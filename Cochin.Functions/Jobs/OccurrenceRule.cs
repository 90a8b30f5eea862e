using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>Decides what to do about an occurrence, from the job, its state, the runs so far and the time.</summary>
internal static class OccurrenceRule
{
    /// <summary>How often a failed or lost run is retried, and one that delivered only some of its messages.</summary>
    public const int Retries = 3;

    /// <summary>How long after its first run started work may be continued. After that, its data is too old.</summary>
    public static TimeSpan MaxWorkAge { get; } = TimeSpan.FromHours(24);

    // An occurrence is never found exactly when it is due: the ticks of a function app are 15 minutes apart, and one may start late.
    private static readonly TimeSpan FirstTick = TimeSpan.FromMinutes(30);

    /// <summary>Whether an occurrence is not settled. Also true if the state can't be read; then the run records decide.</summary>
    public static bool IsOpen(JobState state, DateTimeOffset due) => !(due <= state.SettledOccurrence);

    /// <param name="earlier">The records of this occurrence, with dead runs already marked as <see cref="Outcome.Lost"/>.</param>
    public static OccurrenceVerdict Evaluate(JobDefinition job, JobState state, DateTimeOffset due, IReadOnlyCollection<RunReport> earlier, DateTimeOffset now)
    {
        if (!IsOpen(state, due))
        {
            return OccurrenceVerdict.NotDue;
        }

        if (earlier.Any(IsDone))
        {
            return OccurrenceVerdict.AlreadyDone;
        }

        if (state.IsSwitchUnreadable)
        {
            return OccurrenceVerdict.SwitchUnreadable;
        }

        if (!state.IsEnabled(job, now))
        {
            return OccurrenceVerdict.Disabled;
        }

        var attempts = Attempts(earlier);
        if (earlier.Where(record => record.IsUnfinished).Min(record => (DateTimeOffset?)record.StartedAt) is { } workStartedAt)
        {
            // Work that started in time is continued even after the catch-up window.
            return attempts > Retries ? OccurrenceVerdict.GivenUp
                : now - workStartedAt > MaxWorkAge ? OccurrenceVerdict.TakesTooLong
                : OccurrenceVerdict.Due;
        }

        var isTooLate = now - due > (job.CatchUp > FirstTick ? job.CatchUp : FirstTick);
        return attempts > Retries || (isTooLate && (attempts > 0 || earlier.Any(record => record.IsInterrupted))) ? OccurrenceVerdict.GivenUp
            : isTooLate ? OccurrenceVerdict.Missed
            : OccurrenceVerdict.Due;
    }

    /// <summary>
    /// Why this process leaves an open occurrence to other runners; null if it doesn't. Its own settings are no reason to settle the occurrence:
    /// another runner may have the channel, or may be the one that is meant to run the job.
    /// </summary>
    public static SkipReason? LeftToOthers(JobDefinition job, JobState state, DateTimeOffset now) =>
        state.IsOffBySettings(job, now) ? SkipReason.Disabled
        : job.MissingSetting is not null && state.IsEnabled(job, now) ? SkipReason.NotConfigured
        : null;

    /// <summary>Whether a run with this result settles its occurrence. One that must be retried does only if it was the last attempt.</summary>
    public static bool IsSettledBy(TaskResult result, IReadOnlyCollection<RunReport> earlier) =>
        result.Reason is not (SkipReason.Unfinished or SkipReason.Interrupted) && (!result.MustBeRetried || IsLastAttempt(earlier));

    /// <summary>Whether the next attempt is the last one.</summary>
    public static bool IsLastAttempt(IReadOnlyCollection<RunReport> earlier) => Attempts(earlier) >= Retries;

    /// <summary>
    /// The number of runs that must be retried or were lost since the last run that made progress. Interrupted runs do not count: otherwise several deployments
    /// in a day would use up the retries.
    /// </summary>
    public static int Attempts(IReadOnlyCollection<RunReport> earlier)
    {
        var progress = earlier.Where(record => record.IsUnfinished).Max(record => (DateTimeOffset?)record.StartedAt);
        return earlier.Count(record =>
            (record.Outcome == Outcome.Lost || record.Result.MustBeRetried) && !record.IsInterrupted && !(record.StartedAt <= progress));
    }

    /// <summary>Whether the occurrence of this record needs no further run. Another runner can carry out what one has left to others.</summary>
    public static bool IsDone(RunReport record) => !record.Result.MustBeRetried && record
        is { Outcome: Outcome.Completed }
        or { Outcome: Outcome.Partial, Reason: not SkipReason.Unfinished }
        or { Outcome: Outcome.Skipped, Reason: not (SkipReason.LockHeld or SkipReason.Disabled or SkipReason.NotConfigured) };
}

/// <summary>What to do about an occurrence.</summary>
internal enum OccurrenceVerdict
{
    /// <summary>It is already settled.</summary>
    NotDue,

    /// <summary>It ran, but the runner died before settling it.</summary>
    AlreadyDone,

    Disabled,

    /// <summary>The state does not show whether the job is enabled. It does not run, and the occurrence stays open.</summary>
    SwitchUnreadable,

    /// <summary>It was found after the catch-up window.</summary>
    Missed,

    /// <summary>All attempts failed, or it is too late for another one.</summary>
    GivenUp,

    /// <summary>The work did not finish within <see cref="MaxWorkAge"/>, over several runs.</summary>
    TakesTooLong,

    /// <summary>The work has to start or continue.</summary>
    Due,
}
