using Cochin.Functions.Formatting;

namespace Cochin.Functions.StatusPage;

/// <summary>The label of a day mark and the id of its symbol (<see cref="PageSymbols"/>).</summary>
internal static class DayMarkText
{
    public static string Label(DayMark mark) => mark switch
    {
        DayMark.Unread => "not read",
        DayMark.Skipped => "skipped",
        DayMark.Running => "running",
        DayMark.Completed => "completed",
        DayMark.Partial => "partly completed",
        DayMark.Recovered => "failed, then completed",
        DayMark.Missed => "missed",
        DayMark.Lost => "died",
        DayMark.Failed => "failed",
        _ => "no runs",
    };

    public static string Symbol(DayMark mark) => mark switch
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

    /// <summary>Summarizes the days in one sentence, for screen readers.</summary>
    public static string Summary(IReadOnlyList<StatusDay> days)
    {
        var parts = days
            .GroupBy(day => day.Mark)
            .OrderByDescending(group => group.Key)
            .Select(group => $"{Label(group.Key)} on {Units.English.Count(group.Count(), "day", "days")}{Dates(group)}");
        return $"{days.Count} days: {string.Join("; ", parts)}.";
    }

    // Only days with problems are listed by date.
    private static string Dates(IGrouping<DayMark, StatusDay> group) =>
        group.Key >= DayMark.Partial && group.Count() <= 5 ? $" ({string.Join(", ", group.Select(day => PageClock.Day(day.Date)))})" : "";
}
