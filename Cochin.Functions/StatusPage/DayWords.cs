using Cochin.Functions.Formatting;

namespace Cochin.Functions.StatusPage;

/// <summary>What a day of a job is called, and the name of its sign (<see cref="PageSigns"/>).</summary>
internal static class DayWords
{
    public static string Of(DayMark mark) => mark switch
    {
        DayMark.Unread => "not looked at",
        DayMark.Skipped => "skipped",
        DayMark.Running => "running",
        DayMark.Completed => "completed",
        DayMark.Partial => "partly done",
        DayMark.Recovered => "failed, then completed",
        DayMark.Missed => "missed",
        DayMark.Lost => "died",
        DayMark.Failed => "failed",
        _ => "nothing ran",
    };

    public static string Sign(DayMark mark) => mark switch
    {
        DayMark.Unread => "d-u",
        DayMark.Skipped => "d-s",
        DayMark.Running => "d-r",
        DayMark.Completed => "d-c",
        DayMark.Partial => "d-p",
        DayMark.Recovered => "d-v",
        DayMark.Missed => "d-m",
        DayMark.Lost => "d-l",
        DayMark.Failed => "d-f",
        _ => "d-n",
    };

    /// <summary>Thirty days in a sentence, for whoever can't see them.</summary>
    public static string Sum(IReadOnlyList<StatusDay> days)
    {
        var parts = days
            .GroupBy(day => day.Mark)
            .OrderByDescending(group => group.Key)
            .Select(group => $"{Of(group.Key)} on {Units.English.Count(group.Count(), "day", "days")}{Which(group)}");
        return $"{days.Count} days: {string.Join("; ", parts)}.";
    }

    // Good days need no dates.
    private static string Which(IGrouping<DayMark, StatusDay> group) =>
        group.Key >= DayMark.Partial && group.Count() <= 5 ? $" ({string.Join(", ", group.Select(day => PageClock.Day(day.Date)))})" : "";
}
