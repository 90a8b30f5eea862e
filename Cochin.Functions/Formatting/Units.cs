using System.Globalization;

namespace Cochin.Functions.Formatting;

/// <summary>Formats numbers, sizes, durations, ages and times. The units are French for a French culture, otherwise English.</summary>
internal sealed class Units(CultureInfo culture)
{
    private const double Step = 1024;

    private static readonly string[] EnglishSizes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    private static readonly string[] FrenchSizes = ["o", "Kio", "Mio", "Gio", "Tio", "Pio", "Eio"];

    private readonly bool isFrench = culture.TwoLetterISOLanguageName == "fr";

    /// <summary>For the command line and the status page.</summary>
    public static Units English { get; } = new(CultureInfo.InvariantCulture);

    /// <summary>A size in the largest binary unit that fits, for example <c>1.5 KiB</c>.</summary>
    public string Size(long bytes)
    {
        var names = isFrench ? FrenchSizes : EnglishSizes;
        var (size, unit) = ((double)bytes, 0);
        while (size >= Step && unit < names.Length - 1)
        {
            size /= Step;
            unit++;
        }

        return $"{Number(size, unit == 0 || size >= 100 ? "0" : "0.0")} {names[unit]}";
    }

    public string Number(long number) => number.ToString("N0", culture);

    public string Count(long count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    /// <summary>A measured duration, for example <c>1.2 s</c> or <c>3 min 5 s</c>.</summary>
    public string Took(TimeSpan duration) => Took(duration.TotalMilliseconds);

    /// <inheritdoc cref="Took(TimeSpan)"/>
    public string Took(double milliseconds) => milliseconds switch
    {
        < 1_000 => $"{Number(milliseconds, "0")} ms",
        < 10_000 => $"{Number(milliseconds / 1_000, "0.0")} s",
        < 60_000 => $"{Number(milliseconds / 1_000, "0")} s",
        < 3_600_000 => $"{Number(Math.Floor(milliseconds / 60_000), "0")} min {Number(Math.Floor(milliseconds / 1_000 % 60), "0")} s",
        _ => $"{Number(Math.Floor(milliseconds / 3_600_000), "N0")} h {Number(Math.Floor(milliseconds / 60_000 % 60), "0")} min",
    };

    /// <summary>An age in one unit, for example <c>12 h</c>; a dash for null.</summary>
    public string Age(double? seconds) => seconds switch
    {
        null => "—",
        < 90 => $"{Number(seconds.Value, "0")} s",
        < 90 * 60 => $"{Number(seconds.Value / 60, "0")} min",
        < 36 * 3_600 => $"{Number(seconds.Value / 3_600, "0.#")} h",
        _ => $"{Number(seconds.Value / 86_400, "#,0.#")} {(isFrench ? "jours" : "days")}",
    };

    /// <summary>A duration in its two largest units, for example <c>1 d 2 h</c>. A negative duration is <c>0 min</c>.</summary>
    public string Duration(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } => $"{duration.Days} {Day} {duration.Hours} h",
        { TotalHours: >= 1 } => $"{duration.Hours} h {duration.Minutes} min",
        _ => $"{Math.Max(0, (int)duration.TotalMinutes)} min",
    };

    /// <summary>A time span without rounding to minutes or hours, for example <c>2 d 3 h</c> or <c>1 s</c>.</summary>
    public string Exact(TimeSpan span)
    {
        (int Amount, string Unit)[] parts = [(span.Days, Day), (span.Hours, "h"), (span.Minutes, "min"), (span.Seconds, "s")];
        return string.Join(" ", parts.Where(part => part.Amount != 0).Select(part => $"{part.Amount} {part.Unit}").DefaultIfEmpty("0 s"));
    }

    /// <summary>A time in a time zone, for tables; a dash for null.</summary>
    public string Time(DateTimeOffset? time, TimeZoneInfo zone) =>
        time is { } instant ? TimeZoneInfo.ConvertTime(instant, zone).ToString("ddd yyyy-MM-dd HH:mm", culture) : "—";

    private string Day => isFrench ? "j" : "d";

    private string Number(double number, string format) => number.ToString(format, culture);
}
