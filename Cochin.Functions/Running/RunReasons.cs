using Cochin.Functions.Locking;

namespace Cochin.Functions.Running;

/// <summary>Why a run did not do its work, in words, with the next step where there is one.</summary>
internal static class RunReasons
{
    public static string Disabled(JobState state) =>
        "The job is disabled"
        + (state.DisabledUntil is { } until ? $" until {until:u}" : "")
        + (state.DisabledReason is { } reason ? $" ({reason})" : "")
        + "; `./cochin add` enables it.";

    public static string LockHeld(string task, LockOwner? holder) => holder is null
        ? $"Another runner holds the lock of {task}."
        : $"The lock of {task} is held by {holder.Holder} (job {holder.Job}, run {holder.RunId}, since {holder.Since:u}).";

    public static string Missed(DateTimeOffset due, DateTimeOffset now, TimeSpan catchUp) =>
        $"The occurrence of {due:u} was found {(int)(now - due).TotalHours} h {(now - due).Minutes} min late; it is made up within {catchUp.TotalHours:0.##} h only.";

    public static string TimeLimit(TimeSpan limit) =>
        $"Stopped at its time limit of {limit.TotalMinutes:0.##} min (functionTimeout or Cochin__Runs__LimitMinutes). What was done is kept; the next tick goes on.";

    public static string GivenUp(string job, int attempts) =>
        $"Given up after {attempts} attempts that failed or died; see `./cochin history {job}`.";
}
