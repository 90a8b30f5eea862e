using System.Globalization;

namespace Cochin.Functions.StatusPage;

/// <summary>Times on the clock of the page's zone.</summary>
internal sealed class PageClock(TimeZoneInfo zone, DateTime now)
{
    public string Zone => zone.Id;

    /// <summary>A time as a <c>time</c> element that also holds it in UTC; a dash for none.</summary>
    public Html Time(DateTime? utc) => utc is { } time ? Element(time, Words(time)) : new Html("<span class=\"none\">—</span>");

    /// <summary>E.g. <c>Tue 24 Nov 02:00</c>. Never "today": the page may be read on another day.</summary>
    public string Words(DateTime utc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
        return local.ToString(Math.Abs((utc - now).TotalDays) < 300 ? "ddd d MMM HH:mm" : "d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>The full date and time.</summary>
    public Html Full(DateTime utc) => Element(utc, TimeZoneInfo.ConvertTimeFromUtc(utc, zone).ToString("dddd d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture));

    public static string Day(DateOnly date) => date.ToString("ddd d MMM", CultureInfo.InvariantCulture);

    /// <summary>For lists of days in a row.</summary>
    public static string ShortDay(DateOnly date) => date.ToString("d MMM", CultureInfo.InvariantCulture);

    private static Html Element(DateTime utc, string words) =>
        new HtmlWriter().Add($"<time datetime=\"{Utc(utc, "yyyy-MM-dd'T'HH:mm:ss'Z'")}\" title=\"{Utc(utc, "yyyy-MM-dd HH:mm:ss")} UTC\">{words}</time>").ToHtml();

    private static string Utc(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
