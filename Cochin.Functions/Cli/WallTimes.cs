using System.Globalization;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.Cli;

/// <summary>Parses dates, times and time zones on the command line.</summary>
internal static class WallTimes
{
    // Time zone rules are not known outside these years.
    private const int FirstYear = 1970;
    private const int LastYear = 2100;

    private static readonly string[] LocalFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss"];
    private static readonly string[] OffsetFormats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ssK"];

    /// <summary>Parses a date (00:00) or a time in the zone, or a time with an offset or <c>Z</c>.</summary>
    /// <exception cref="CliException">The text is neither.</exception>
    public static DateTimeOffset Read(string text, string option, TimeZoneInfo zone) =>
        TryRead(text, zone) ?? throw new CliException("usage", $"'{text}' is not a valid time for {option}.", $"Write {SupportedFormats(zone)}.");

    /// <summary>The accepted formats, for error messages.</summary>
    public static string SupportedFormats(TimeZoneInfo zone) =>
        $"a date or a time in {zone.Id} from {FirstYear} to {LastYear} (2026-03-28, 2026-03-28 22:00, 2026-03-28T22:00), "
        + "or one with an offset (2026-03-28T21:00Z, 2026-03-28T22:00+01:00)";

    /// <summary>As <see cref="Read"/>, but returns null if the text is invalid.</summary>
    public static DateTimeOffset? TryRead(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(text, LocalFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) && IsSupportedYear(wall.Year))
        {
            return new WallClock(zone).ToInstant(DateTime.SpecifyKind(wall, DateTimeKind.Utc));
        }

        return DateTimeOffset.TryParseExact(text, OffsetFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            && IsSupportedYear(time.Year)
            ? time.ToUniversalTime()
            : null;
    }

    /// <summary>Finds a time zone by its IANA name.</summary>
    /// <exception cref="CliException">There is no such time zone.</exception>
    public static TimeZoneInfo ReadZone(string name)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            return zone;
        }

        var known = TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).ToList();
        var place = name.Replace(' ', '_');
        var near = place.Length < 3 ? [] : known.Where(id => id.Contains(place, StringComparison.OrdinalIgnoreCase)).Take(5).ToList();
        var suggestion = near.Count > 0 ? $" Did you mean {string.Join(" or ", near.Select(id => $"'{id}'"))}?" : Suggestion.For(name, known);
        throw new CliException("unknown_zone", $"There is no time zone '{name}'.{suggestion}", "Use an IANA name such as Europe/Paris or Etc/UTC.");
    }

    private static bool IsSupportedYear(int year) => year is >= FirstYear and <= LastYear;
}
