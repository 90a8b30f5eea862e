using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>Decides about an occurrence, on nothing but the job, its state, the runs so far and the time.</summary>
internal static class OccurrenceRule
{
    /// <summary>How often the work is tried again after a failure or a death.</summary>
    public const int Retries = 3;

    /// <param name="earlier">The records of this occurrence; those of dead runners already as <see cref="Outcome.Lost"/>.</param>
    public static OccurrenceVerdict Judge(JobDefinition job, JobState state, DateTimeOffset due, IReadOnlyCollection<RunRecord> earlier, DateTimeOffset now)
    {
        if (due <= state.SettledOccurrence)
        {
            return OccurrenceVerdict.NotDue;
        }

        if (earlier.Any(record => record.Outcome is Outcome.Completed or Outcome.Partial || record is { Outcome: Outcome.Skipped, Reason: not SkipReason.LockHeld }))
        {
            return OccurrenceVerdict.AlreadyDone;
        }

        if (!state.IsEnabled(job, now))
        {
            return OccurrenceVerdict.Disabled;
        }

        var attempts = Attempts(earlier);
        var isTooLate = now - due > job.CatchUp;
        return attempts > Retries || (attempts > 0 && isTooLate) ? OccurrenceVerdict.GivenUp
            : isTooLate ? OccurrenceVerdict.Missed
            : OccurrenceVerdict.Due;
    }

    /// <summary>Whether a run that ended so settles its occurrence; a failure does so only when it was the last attempt.</summary>
    public static bool IsSettledBy(Outcome outcome, IReadOnlyCollection<RunRecord> earlier) =>
        outcome != Outcome.Failed || Attempts(earlier) >= Retries;

    public static int Attempts(IReadOnlyCollection<RunRecord> earlier) =>
        earlier.Count(record => record.Outcome is Outcome.Failed or Outcome.Lost);
}
