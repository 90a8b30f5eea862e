using System.Globalization;
using Cochin.Functions.Hosting;
using Cochin.Functions.Occurrences;

namespace Cochin.Functions.Cli;

/// <summary>Times that a person types as they are on the wall of a time zone.</summary>
internal static class WallTimes
{
    // Further out no time zone is known.
    private const int FirstYear = 1970;
    private const int LastYear = 2100;

    private static readonly string[] OnTheWall = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss"];
    private static readonly string[] WithOffset = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ssK"];

    /// <summary>A date (its 00:00) or a time of the zone, or one with an offset or <c>Z</c>.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static DateTimeOffset Read(string text, string option, TimeZoneInfo zone) =>
        TryRead(text, zone) ?? throw new CliException("usage", $"'{text}' is no time for {option}.", $"Write {Forms(zone)}.");

    /// <summary>The forms that are read, for an error message.</summary>
    public static string Forms(TimeZoneInfo zone) =>
        $"a date or a time of {zone.Id} from {FirstYear} to {LastYear} (2026-03-28, 2026-03-28 22:00, 2026-03-28T22:00), "
        + "or one with an offset (2026-03-28T21:00Z, 2026-03-28T22:00+01:00)";

    /// <summary>As <see cref="Read"/>; null if it is none.</summary>
    public static DateTimeOffset? TryRead(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(text, OnTheWall, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) && IsKnown(wall.Year))
        {
            return new WallClock(zone).ToInstant(DateTime.SpecifyKind(wall, DateTimeKind.Utc));
        }

        return DateTimeOffset.TryParseExact(text, WithOffset, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && IsKnown(time.Year)
            ? time.ToUniversalTime()
            : null;
    }

    /// <summary>A time zone by its IANA name.</summary>
    /// <exception cref="CliException">There is none of that name.</exception>
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

    private static bool IsKnown(int year) => year is >= FirstYear and <= LastYear;
}
