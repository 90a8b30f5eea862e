using System.CommandLine;
using System.Globalization;

namespace Cochin.Functions.Cli;

/// <summary>Options that several verbs have.</summary>
internal static class OptionValues
{
    public static Option<bool> DryRun() => new("--dry-run") { Description = "Show what would be done; change nothing" };

    public static Option<bool> Force(string description) => new("--force") { Description = description };

    /// <summary>Parses a time span such as 30s, 30m, 2h or 1d.</summary>
    /// <returns>Null if the text isn't one, or it is longer than ten years.</returns>
    public static TimeSpan? ReadDuration(string text)
    {
        if (text.Length < 2 || !double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number <= 0)
        {
            return null;
        }

        var seconds = number * text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => double.NaN };
        return seconds is > 0 and <= 3_650 * 86_400.0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    /// <summary>The option <c>--since</c>: a time span before now, or a date or time as in <see cref="WallTimes"/>.</summary>
    public static Option<string?> Since(string description) => new("--since")
    {
        Description = $"{description}: 30m, 2h, 7d, 2026-11-24, or 2026-11-24T08:00, in the jobs' time zone unless it ends in Z or an offset",
        HelpName = "WHEN",
    };

    /// <summary>Parses the value of <c>--since</c>.</summary>
    /// <exception cref="CliException">The text is neither a time span nor a time.</exception>
    public static DateTimeOffset ReadSince(string text, DateTimeOffset now, TimeZoneInfo zone) =>
        ReadDuration(text) is { } back ? now - back
        : WallTimes.TryRead(text, zone) is { } time ? time
        : throw new CliException(
            "usage",
            $"'{text}' is neither a time span nor a time for --since.",
            $"Write a time span (30m, 2h, 7d), or {WallTimes.SupportedFormats(zone)}.");
}
