namespace Cochin.Functions.StatusPage;

/// <summary>The last thirty days on the clock of a zone, today included.</summary>
internal sealed class ThirtyDays
{
    public const int Count = 30;

    private readonly TimeZoneInfo zone;

    public ThirtyDays(DateTimeOffset now, TimeZoneInfo zone)
    {
        this.zone = zone;
        First = Of(now).AddDays(1 - Count);

        // A little too early on a day whose clock changes: a run of the day before is then read and not counted.
        var midnight = First.ToDateTime(TimeOnly.MinValue);
        Since = new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime() - TimeSpan.FromHours(2);
    }

    public DateOnly First { get; }

    /// <summary>No run of these days started before.</summary>
    public DateTimeOffset Since { get; }

    public DateOnly Of(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);

    /// <summary>Which of the days it is, from 0 on; out of range where it is none of them.</summary>
    public int IndexOf(DateTimeOffset time) => Of(time).DayNumber - First.DayNumber;
}
