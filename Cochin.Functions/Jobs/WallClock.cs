namespace Cochin.Functions.Jobs;

/// <summary>
/// Converts between instants and the wall-clock times of a time zone. Every wall-clock time is exactly one instant, even one that a clock
/// change skips or repeats. Wall-clock times have <see cref="DateTimeKind.Utc"/>, so that arithmetic ignores clock changes.
/// </summary>
internal sealed class WallClock(TimeZoneInfo zone)
{
    // Wide enough to find the offsets before and after a clock change, in every zone: offsets range from -12 h to +14 h. No zone has two
    // changes within this time.
    private static readonly TimeSpan Window = TimeSpan.FromHours(25);

    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>The wall-clock time at an instant.</summary>
    public DateTime ToWallTime(DateTimeOffset instant) =>
        DateTime.SpecifyKind(instant.UtcDateTime + Zone.GetUtcOffset(instant), DateTimeKind.Utc);

    /// <summary>The instant of a wall-clock time: the first if it is repeated, and shifted by the change if it is skipped.</summary>
    public DateTimeOffset ToInstant(DateTime wall)
    {
        var asUtc = new DateTimeOffset(wall);
        var before = asUtc - Zone.GetUtcOffset(asUtc - Window);
        var after = asUtc - Zone.GetUtcOffset(asUtc + Window);
        var first = before < after ? before : after;
        var second = before < after ? after : before;

        return ToWallTime(first) == wall ? first
            : ToWallTime(second) == wall ? second
            : before; // Skipped: the old offset applies, so 02:00 becomes 03:00 in the new offset.
    }

    /// <summary>The size of a clock change near an instant; zero on most days.</summary>
    public TimeSpan OffsetChangeNear(DateTimeOffset instant) =>
        (Zone.GetUtcOffset(instant + Window) - Zone.GetUtcOffset(instant - Window)).Duration();

    /// <summary>The skipped wall-clock time that is shifted to this instant; null if there is none.</summary>
    public DateTime? SkippedWallTimeAt(DateTimeOffset instant)
    {
        var old = DateTime.SpecifyKind(instant.UtcDateTime + Zone.GetUtcOffset(instant - Window), DateTimeKind.Utc);
        return old != ToWallTime(instant) && ToInstant(old) == instant ? old : null;
    }

    /// <summary>Whether the wall-clock time at an instant is repeated later.</summary>
    public bool RepeatsAfter(DateTimeOffset instant)
    {
        var wall = ToWallTime(instant);
        var again = new DateTimeOffset(wall) - Zone.GetUtcOffset(instant + Window);
        return again > instant && ToWallTime(again) == wall;
    }
}
