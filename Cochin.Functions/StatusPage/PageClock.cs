using System.Globalization;

namespace Cochin.Functions.StatusPage;

/// <summary>Formats times in the time zone of the page.</summary>
internal sealed class PageClock(TimeZoneInfo zone, DateTime now)
{
    public string Zone => zone.Id;

    /// <summary>A <c>time</c> element with the UTC time as its tooltip; a dash for null.</summary>
    public Html Time(DateTime? utc) => utc is { } time ? Element(time, Text(time)) : new Html("<span class=\"none\">—</span>");

    /// <summary>For example <c>Tue 24 Nov 02:00</c>. Never "today", as the page may be read on another day.</summary>
    public string Text(DateTime utc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
        return local.ToString(Math.Abs((utc - now).TotalDays) < 300 ? "ddd d MMM HH:mm" : "d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>The full date and time.</summary>
    public Html Full(DateTime utc) =>
        Element(utc, TimeZoneInfo.ConvertTimeFromUtc(utc, zone).ToString("dddd d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture));

    public static string Day(DateOnly date) => date.ToString("ddd d MMM", CultureInfo.InvariantCulture);

    /// <summary>Without the weekday, for lists of days.</summary>
    public static string ShortDay(DateOnly date) => date.ToString("d MMM", CultureInfo.InvariantCulture);

    private static Html Element(DateTime utc, string text)
    {
        var (machine, tooltip) = (Utc(utc, "yyyy-MM-dd'T'HH:mm:ss'Z'"), Utc(utc, "yyyy-MM-dd HH:mm:ss"));
        return new HtmlWriter().Add($"<time datetime=\"{machine}\" title=\"{tooltip} UTC\">{text}</time>").ToHtml();
    }

    private static string Utc(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
