using System.Globalization;

namespace Cochin.Functions.Notifications;

/// <summary>The language and time zone of messages, for all chat services.</summary>
internal record MessageSettings
{
    /// <summary>The language of the texts and the format of amounts and dates.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.GetCultureInfo("fr-FR");

    /// <summary>The time zone of the times in messages.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;
}
