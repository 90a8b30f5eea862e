using System.Globalization;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Formats numbers, times and outcomes for text output.</summary>
internal static class Words
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Bytes(long bytes)
    {
        var unit = 0;
        var size = (double)bytes;
        while (size >= 1024 && unit < Units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return size.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 10 } => $"{duration.TotalSeconds:0.00} s",
        { TotalMinutes: < 1 } => $"{duration.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{duration.Minutes} min {duration.Seconds} s",
        _ => $"{(int)duration.TotalHours} h {duration.Minutes} min",
    };

    public static string Age(double? hours) => hours switch
    {
        null => "—",
        < 1 => $"{hours * 60:0} min",
        < 48 => $"{hours:0.0} h",
        _ => $"{hours / 24:0.0} d",
    };

    /// <summary>Formats a time in a zone, for tables.</summary>
    public static string Time(DateTimeOffset? time, TimeZoneInfo zone) =>
        time is { } instant ? TimeZoneInfo.ConvertTime(instant, zone).ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "—";

    /// <summary>Returns an outcome as one character.</summary>
    public static char Sign(Outcome outcome) => outcome switch
    {
        Tasks.Outcome.Completed => '✓',
        Tasks.Outcome.Partial => '~',
        Tasks.Outcome.Failed => '✗',
        Tasks.Outcome.Lost => '†',
        Tasks.Outcome.Running => '…',
        _ => '·',
    };

    public static string Outcome(Outcome? outcome, SkipReason? reason) =>
        outcome is null ? "—" : reason is null ? $"{outcome}" : $"{outcome} ({reason})";
}
