using System.Globalization;

namespace Cochin.Functions.Status.Page;

/// <summary>Times on the clock of the page's zone.</summary>
internal sealed class PageClock(TimeZoneInfo zone, DateTime now)
{
    private readonly DateOnly today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(now, zone));

    public string Zone => zone.Id;

    /// <summary>A time as a <c>time</c> element that also holds it in UTC; a dash for none.</summary>
    public Html Time(DateTime? utc)
    {
        if (utc is not { } time)
        {
            return new Html("<span class=\"none\">—</span>");
        }

        return new HtmlWriter().Add($"<time datetime=\"{Utc(time, "yyyy-MM-dd'T'HH:mm:ss'Z'")}\" title=\"{Utc(time, "yyyy-MM-dd HH:mm:ss")} UTC\">{Words(time)}</time>").ToHtml();
    }

    /// <summary>E.g. <c>today 14:02</c>, <c>Tue 24 Nov 02:00</c>.</summary>
    public string Words(DateTime utc)
    {
        var local = TimeZoneInfo.ConvertTimeFromUtc(utc, zone);
        var day = DateOnly.FromDateTime(local);
        var format = (day.DayNumber - today.DayNumber) switch
        {
            0 => "'today' HH:mm",
            1 => "'tomorrow' HH:mm",
            -1 => "'yesterday' HH:mm",
            > -300 and < 300 => "ddd d MMM HH:mm",
            _ => "d MMM yyyy HH:mm",
        };
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The full date and time of the zone.</summary>
    public string Full(DateTime utc) => TimeZoneInfo.ConvertTimeFromUtc(utc, zone).ToString("dddd d MMMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Day(DateOnly date) => date.ToString("ddd d MMM", CultureInfo.InvariantCulture);

    private static string Utc(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
