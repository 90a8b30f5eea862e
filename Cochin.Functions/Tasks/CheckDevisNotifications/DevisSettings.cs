namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>The settings of the quote alerts.</summary>
internal sealed record DevisSettings
{
    /// <summary>How many days late an alert may still be sent.</summary>
    public int CatchUpDays { get; init; } = 7;

    /// <summary>Whose calendar says what day it is.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
}
