namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>The settings of the quote alerts.</summary>
internal sealed record DevisSettings
{
    /// <summary>The maximum number of days by which an alert may be late.</summary>
    public int CatchUpDays { get; init; } = 7;

    /// <summary>The time zone that determines the current date.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
}
