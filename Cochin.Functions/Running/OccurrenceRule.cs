using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>Decides about an occurrence, on nothing but the job, its state, the runs so far and the time.</summary>
internal static class OccurrenceRule
{
    /// <summary>How often the work is tried again after a failure or a death.</summary>
    public const int Retries = 3;

    /// <summary>Whether an occurrence is not settled yet. If the state can't be read it is open: the run records show whether it was carried out.</summary>
    public static bool IsOpen(JobState state, DateTimeOffset due) => !(due <= state.SettledOccurrence);

    /// <param name="earlier">The records of this occurrence; those of dead runners already as <see cref="Outcome.Lost"/>.</param>
    public static OccurrenceVerdict Judge(JobDefinition job, JobState state, DateTimeOffset due, IReadOnlyCollection<RunReport> earlier, DateTimeOffset now)
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
        if (earlier.Where(record => record.IsUnfinished).Min(record => (DateTimeOffset?)record.StartedAt) is { } begun)
        {
            // What was begun in time is continued, however late by now.
            return attempts > Retries ? OccurrenceVerdict.GivenUp
                : now - begun > RunCheckpoint.MaxAge ? OccurrenceVerdict.TakesTooLong
                : OccurrenceVerdict.Due;
        }

        var isTooLate = now - due > job.CatchUp;
        return attempts > Retries || (isTooLate && (attempts > 0 || earlier.Any(record => record.IsInterrupted))) ? OccurrenceVerdict.GivenUp
            : isTooLate ? OccurrenceVerdict.Missed
            : OccurrenceVerdict.Due;
    }

    /// <summary>Whether a run that ended so settles its occurrence; a failure does so only when it was the last attempt.</summary>
    public static bool IsSettledBy(Outcome outcome, SkipReason? reason, IReadOnlyCollection<RunReport> earlier) =>
        reason is not (SkipReason.Unfinished or SkipReason.Interrupted) && (outcome != Outcome.Failed || IsLastAttempt(earlier));

    /// <summary>Whether the attempt that follows these is the last one.</summary>
    public static bool IsLastAttempt(IReadOnlyCollection<RunReport> earlier) => Attempts(earlier) >= Retries;

    /// <summary>
    /// The failures and deaths in a row: a run that did a part of the work has got somewhere, so they are counted from there. An
    /// interrupted run is none: each deployment of a day would spend one.
    /// </summary>
    public static int Attempts(IReadOnlyCollection<RunReport> earlier)
    {
        var headway = earlier.Where(record => record.IsUnfinished).Max(record => (DateTimeOffset?)record.StartedAt);
        return earlier.Count(record => record.Outcome is Outcome.Failed or Outcome.Lost && !record.IsInterrupted && !(record.StartedAt <= headway));
    }

    /// <summary>Whether a record says that its occurrence is done with.</summary>
    public static bool IsDone(RunReport record) =>
        record is { Outcome: Outcome.Completed } or { Outcome: Outcome.Partial, Reason: not SkipReason.Unfinished } or { Outcome: Outcome.Skipped, Reason: not SkipReason.LockHeld };
}
