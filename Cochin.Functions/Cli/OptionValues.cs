using System.CommandLine;
using System.Globalization;

namespace Cochin.Functions.Cli;

/// <summary>Options of kinds that several verbs have.</summary>
internal static class OptionValues
{
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Work out what would be done, and change nothing" };

    public static Option<bool> Force(string description) => new("--force") { Description = description };

    /// <summary>A time span such as 30s, 30m, 2h or 1d.</summary>
    public static TimeSpan? ReadDuration(string text)
    {
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number <= 0)
        {
            return null;
        }

        var seconds = number * text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => double.NaN };
        return seconds is > 0 and <= 3_650 * 86_400.0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The option <c>--since</c>: how long ago, or a date or time as <see cref="WallTimes"/> reads it.</summary>
    public static Option<string?> Since(string description) => new("--since")
    {
        Description = $"{description}: 30m, 2h, 7d, 2026-11-24, or 2026-11-24T08:00, in the jobs' time zone unless it ends in Z or an offset",
        HelpName = "WHEN",
    };

    /// <summary>A moment in the past: how long ago, or a time.</summary>
    /// <exception cref="CliException">The text is neither.</exception>
    public static DateTimeOffset ReadSince(string text, DateTimeOffset now, TimeZoneInfo zone) =>
        ReadDuration(text) is { } back ? now - back
        : WallTimes.TryRead(text, zone) is { } time ? time
        : throw new CliException(
            "usage",
            $"'{text}' is neither a time span nor a time for --since.",
            $"Write a time span (30m, 2h, 7d), or {WallTimes.Forms(zone)}.");
}
