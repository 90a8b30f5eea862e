using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>Messages that explain why a run did not finish its work, and what to do next.</summary>
internal static class RunReasons
{
    public static string Disabled(JobDefinition job, JobState state) =>
        state.IsSwitchUnreadable ? $"The job does not run, because {state.DisabledReason}; `./cochin add` enables it, `./cochin remove` disables it."
        : "The job is disabled"
        + (state.EnabledAgainAt(job) is { } until ? $" until {until:u}" : "")
        + (state.DisabledReason is { } reason ? $" ({reason})" : "")
        + "; `./cochin add` enables it.";

    /// <param name="reason"><see cref="SkipReason.Disabled"/> or <see cref="SkipReason.NotConfigured"/>.</param>
    public static string LeftToOthers(JobDefinition job, SkipReason reason) => reason == SkipReason.Disabled
        ? $"The job is disabled by the settings of this runner (Cochin__Jobs__{job.Name}__Enabled), so the occurrence is left to other runners; "
            + "`./cochin add` enables it for all."
        : $"{job.MissingSetting} is not set for this runner, so the occurrence is left to other runners. Set it here if there are none.";

    public static string LockHeld(string task, LockOwner? holder) => holder is null
        ? $"Another runner holds the lock of {task}."
        : $"The lock of {task} is held by {holder.Holder} (job {holder.Job}, run {holder.RunId}, since {holder.Since:u}).";

    public static string Missed(DateTimeOffset due, DateTimeOffset now, TimeSpan catchUp) =>
        $"The occurrence of {due:u} was found {(int)(now - due).TotalHours} h {(now - due).Minutes} min late; "
        + $"its catch-up window is {catchUp.TotalHours:0.##} h.";

    public static string TimeLimit(Run run, TimeSpan limit)
    {
        var next = run is { IsLastAttempt: true, Definition: { } job }
            ? $"but this was the last attempt for this due time: raise the limit, or run `./cochin run {job.Name}`."
            : $"and {NextRun(run)} continues.";
        return $"Stopped at its time limit of {limit.TotalMinutes:0.##} min (functionTimeout or Cochin__Runs__LimitMinutes). "
            + $"The work done so far is kept, {next}";
    }

    /// <param name="part">The number of runs that have worked on it so far.</param>
    /// <param name="problems">Problems with single items so far, or null.</param>
    public static string Unfinished(Run run, int part, DateTimeOffset startedAt, string? problems) =>
        $"The time for one run (functionTimeout or Cochin__Runs__LimitMinutes) was used up after {run.Elapsed.TotalMinutes:0.##} min, "
        + $"so it stopped at a safe point (part {part} of the work that started at {startedAt:u}). "
        + $"The work done so far is kept, and {NextRun(run)} continues from there."
        + (problems is null ? "" : $" {problems}");

    public static string NoProgress(TimeSpan took) =>
        $"The time for one run (functionTimeout or Cochin__Runs__LimitMinutes) was used up after {took.TotalMinutes:0.##} min without any progress. "
        + "Raise the limit, or run the job on a machine without one.";

    public static string TakesTooLong(string job, DateTimeOffset due) =>
        $"The work of the occurrence of {due:u} did not finish within {OccurrenceRule.MaxWorkAge.TotalHours:0} h, "
        + $"so the next occurrence starts over; see `./cochin history {job}`.";

    public static string GivenUp(string job, IReadOnlyCollection<RunReport> earlier)
    {
        var attempts = OccurrenceRule.Attempts(earlier);
        var interrupted = earlier.Count(run => run.IsInterrupted);
        var why = attempts > 0
            ? $"after {attempts} attempts that failed or died"
            : $"because the catch-up window is over: the program was asked to stop during each of its {interrupted} runs";
        return $"Given up {why}; see `./cochin history {job}`.";
    }

    private static string NextRun(Run run) =>
        run.Trigger == RunTrigger.Scheduled ? "the next tick"
        : run.Definition is { } job ? $"the next `./cochin run {job.Name}`"
        : $"the same `./cochin {run.Options.Task}` typed again";
}
