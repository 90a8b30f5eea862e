using System.Globalization;

namespace Cochin.Functions.Notifications;

/// <summary>How messages are written, whatever service they go to.</summary>
internal record MessageSettings
{
    /// <summary>The language of the texts, and how they write amounts and dates.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.GetCultureInfo("fr-FR");

    /// <summary>The time zone of the times in messages.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
}
