namespace Cochin.Functions.Occurrences;

/// <summary>
/// The clock on the wall of a time zone: which instant a wall time is, with one answer for each, also for those that a
/// change of the clock skips or shows twice. Wall times are of <see cref="DateTimeKind.Utc"/>, as on a clock that never changes.
/// </summary>
internal sealed class WallClock(TimeZoneInfo zone)
{
    // Wide enough to look past a change of the clock from any wall time near it, in every zone: offsets reach from
    // -12 h to +14 h. Two changes within as many hours as this do not occur.
    private static readonly TimeSpan Around = TimeSpan.FromHours(25);

    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>What the clock shows at an instant.</summary>
    public DateTime ToWallTime(DateTimeOffset instant) =>
        DateTime.SpecifyKind(instant.UtcDateTime + Zone.GetUtcOffset(instant), DateTimeKind.Utc);

    /// <summary>When the clock shows a wall time: the first time where it comes twice, shifted by the change where it is skipped.</summary>
    public DateTimeOffset ToInstant(DateTime wall)
    {
        var asUtc = new DateTimeOffset(wall);
        var before = asUtc - Zone.GetUtcOffset(asUtc - Around);
        var after = asUtc - Zone.GetUtcOffset(asUtc + Around);
        var first = before < after ? before : after;
        var second = before < after ? after : before;

        return ToWallTime(first) == wall ? first
            : ToWallTime(second) == wall ? second
            : before; // Skipped: the old offset still counts, so that 02:00 becomes what the new clock calls 03:00.
    }

    /// <summary>By how much the clock changes near an instant; zero on almost all days.</summary>
    public TimeSpan OffsetChangeNear(DateTimeOffset instant) =>
        (Zone.GetUtcOffset(instant + Around) - Zone.GetUtcOffset(instant - Around)).Duration();

    /// <summary>The skipped wall time that is made up at an instant, or null where none is.</summary>
    public DateTime? SkippedWallTimeAt(DateTimeOffset instant)
    {
        var old = DateTime.SpecifyKind(instant.UtcDateTime + Zone.GetUtcOffset(instant - Around), DateTimeKind.Utc);
        return old != ToWallTime(instant) && ToInstant(old) == instant ? old : null;
    }

    /// <summary>Whether the clock will show once more what it shows at an instant.</summary>
    public bool RepeatsAfter(DateTimeOffset instant)
    {
        var wall = ToWallTime(instant);
        var again = new DateTimeOffset(wall) - Zone.GetUtcOffset(instant + Around);
        return again > instant && ToWallTime(again) == wall;
    }
}
