using System.Globalization;

namespace Cochin.Functions.Notifications;

/// <summary>The words of cards, with times, durations and sizes as the language has them.</summary>
internal sealed class CardWords(MessageSettings settings)
{
    private const double Unit = 1024;

    private readonly Phrases phrases = new(settings.Culture);

    public string this[string name, params object?[] values] => phrases[name, values];

    public CultureInfo Culture => settings.Culture;

    /// <summary>A text that is written elsewhere, in the language of the settings.</summary>
    public string Of(Wording wording) => wording.In(settings.Culture);

    /// <summary>A format with its places filled in as the language writes numbers.</summary>
    public string Fill(string format, params object?[] values) => string.Format(settings.Culture, format, values);

    /// <summary>A time in the time zone of the readers.</summary>
    public DateTimeOffset Local(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, settings.TimeZone);

    /// <summary>A duration in its two largest units.</summary>
    public string Duration(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } => phrases["DurationDays", (int)duration.TotalDays, duration.Hours],
        { TotalHours: >= 1 } => phrases["DurationHours", (int)duration.TotalHours, duration.Minutes],
        _ => phrases["DurationMinutes", Math.Max(0, (int)duration.TotalMinutes)],
    };

    /// <summary>A size in its largest unit, powers of 1,024.</summary>
    public string Size(long bytes)
    {
        var units = phrases["SizeUnits"].Split(' ');
        var power = bytes < Unit ? 0 : Math.Min((int)Math.Log(bytes, Unit), units.Length - 1);
        return phrases[power == 0 ? "SizeWhole" : "SizeParts", bytes / Math.Pow(Unit, power), units[power]];
    }
}
