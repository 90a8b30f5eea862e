using Cochin.Functions.Formatting;

namespace Cochin.Functions.Notifications;

/// <summary>The texts of cards, with times, durations and sizes in the language of the settings.</summary>
internal sealed class CardWords(MessageSettings settings)
{
    private readonly Phrases phrases = new(settings.Culture);
    private readonly Units units = new(settings.Culture);

    public string this[string name, params object?[] values] => phrases[name, values];

    /// <summary>A text that is written elsewhere, in the language of the settings.</summary>
    public string Of(Wording wording) => wording.In(settings.Culture);

    /// <summary>A format with its places filled in as the language writes numbers.</summary>
    public string Fill(string format, params object?[] values) => string.Format(settings.Culture, format, values);

    /// <summary>A time in the time zone of the readers.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, settings.TimeZone);

    /// <summary>A duration in its two largest units.</summary>
    public string Duration(TimeSpan duration) => units.Lasting(duration);

    /// <summary>A size in its largest unit.</summary>
    public string Size(long bytes) => units.Size(bytes);
}
