namespace Cochin.Functions.StatusPage;

/// <summary>The last thirty days in a time zone, including today.</summary>
internal sealed class ThirtyDays
{
    public const int Count = 30;

    private readonly TimeZoneInfo zone;

    public ThirtyDays(DateTimeOffset now, TimeZoneInfo zone)
    {
        this.zone = zone;
        First = Of(now).AddDays(1 - Count);

        // Two hours earlier, in case the clock changes on that day. Runs of the day before are then read but not counted.
        var midnight = First.ToDateTime(TimeOnly.MinValue);
        Since = new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime() - TimeSpan.FromHours(2);
    }

    public DateOnly First { get; }

    /// <summary>All runs of these days started at this time or later.</summary>
    public DateTimeOffset Since { get; }

    public DateOnly Of(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);

    /// <summary>The zero-based index of the day; out of range if the time is on another day.</summary>
    public int IndexOf(DateTimeOffset time) => Of(time).DayNumber - First.DayNumber;
}
