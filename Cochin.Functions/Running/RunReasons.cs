using Cochin.Functions.Locking;

namespace Cochin.Functions.Running;

/// <summary>Why a run did not do its work, in words, with the next step where there is one.</summary>
internal static class RunReasons
{
    public static string Disabled(JobState state) =>
        state.IsSwitchUnreadable ? $"The job does not run, as {state.DisabledReason}; `./cochin add` switches it on, `./cochin remove` off."
        : "The job is disabled"
        + (state.DisabledUntil is { } until ? $" until {until:u}" : "")
        + (state.DisabledReason is { } reason ? $" ({reason})" : "")
        + "; `./cochin add` enables it.";

    public static string LockHeld(string task, LockOwner? holder) => holder is null
        ? $"Another runner holds the lock of {task}."
        : $"The lock of {task} is held by {holder.Holder} (job {holder.Job}, run {holder.RunId}, since {holder.Since:u}).";

    public static string Missed(DateTimeOffset due, DateTimeOffset now, TimeSpan catchUp) =>
        $"The occurrence of {due:u} was found {(int)(now - due).TotalHours} h {(now - due).Minutes} min late; it is made up within {catchUp.TotalHours:0.##} h only.";

    public static string TimeLimit(Run run, TimeSpan limit)
    {
        var next = run is { IsLastAttempt: true, Definition: { } job }
            ? $"but this was the last attempt for this due time: raise the limit, or run `./cochin run {job.Name}`."
            : $"and {Next(run)} continues.";
        return $"Stopped at its time limit of {limit.TotalMinutes:0.##} min (functionTimeout or Cochin__Runs__LimitMinutes). What was done is kept, {next}";
    }

    /// <param name="part">How many runs have worked on it so far.</param>
    /// <param name="problems">What went wrong with single items so far, or null.</param>
    public static string Unfinished(Run run, int part, DateTimeOffset begun, string? problems) =>
        $"The time for one run (functionTimeout or Cochin__Runs__LimitMinutes) was used up after {run.Elapsed.TotalMinutes:0.##} min, so it stopped at a safe point (part {part} of the work begun at {begun:u}). "
        + $"What was done is kept, and {Next(run)} continues from there."
        + (problems is null ? "" : $" {problems}");

    public static string NoProgress(TimeSpan took) =>
        $"The time for one run (functionTimeout or Cochin__Runs__LimitMinutes) was used up after {took.TotalMinutes:0.##} min without any headway. Raise it, or run the job where there is no such limit.";

    public static string TakesTooLong(string job, DateTimeOffset due) =>
        $"The work of the occurrence of {due:u} was begun and not finished within {RunCheckpoint.MaxAge.TotalHours:0} h, so the next one begins anew; see `./cochin history {job}`.";

    public static string GivenUp(string job, IReadOnlyCollection<RunReport> earlier)
    {
        var attempts = OccurrenceRule.Attempts(earlier);
        var interrupted = earlier.Count(run => run.IsInterrupted);
        var why = attempts > 0
            ? $"after {attempts} attempts that failed or died"
            : $"when it was too late to make it up: the program was asked to stop during each of {interrupted} runs that were interrupted";
        return $"Given up {why}; see `./cochin history {job}`.";
    }

    private static string Next(Run run) =>
        run.Trigger == RunTrigger.Scheduled ? "the next tick"
        : run.Definition is { } job ? $"the next `./cochin run {job.Name}`"
        : $"the same `./cochin {run.Options.Task}` typed again";
}
