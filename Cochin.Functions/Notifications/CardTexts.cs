using Cochin.Functions.Formatting;

namespace Cochin.Functions.Notifications;

/// <summary>The texts of cards. Times, durations and sizes are formatted in the language of the settings.</summary>
internal sealed class CardTexts(MessageSettings settings)
{
    private readonly Phrases phrases = new(settings.Culture);
    private readonly Units units = new(settings.Culture);

    public string this[string name, params object?[] values] => phrases[name, values];

    /// <summary>Returns a text in the language of the settings.</summary>
    public string Get(LocalizedText text) => text.In(settings.Culture);

    /// <summary>Formats values with the culture of the settings.</summary>
    public string Format(string format, params object?[] values) => string.Format(settings.Culture, format, values);

    /// <summary>Converts a time to the time zone of the settings.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, settings.TimeZone);

    /// <summary>Formats a duration in its two largest units.</summary>
    public string Duration(TimeSpan duration) => units.Duration(duration);

    /// <summary>Formats a size in the largest unit that fits.</summary>
    public string Size(long bytes) => units.Size(bytes);
}
