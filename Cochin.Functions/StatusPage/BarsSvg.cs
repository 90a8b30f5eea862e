namespace Cochin.Functions.StatusPage;

/// <summary>Bar chart of one value per day, aligned with the strip above it.</summary>
internal static class BarsSvg
{
    private const double Height = 40;

    // Small values must look different from 0.
    private const double MinHeight = 1.5;

    /// <param name="caption">What the bars show, for example <c>Longest run</c>.</param>
    /// <returns>Null if no day has a value.</returns>
    public static Html? Draw(string caption, IReadOnlyList<StatusDay> days, Func<StatusDay, double?> valueOf, Func<double, string> format)
    {
        var values = days.Select(day => valueOf(day) is { } value && double.IsFinite(value) ? Math.Max(0, value) : (double?)null).ToList();
        if (values.Max() is not { } max)
        {
            return null;
        }

        var maxDay = PageClock.Day(days[values.IndexOf(max)].Date);
        var svg = new HtmlWriter();
        svg.Add($"<figure class=\"bars\"><figcaption><span>{caption}</span><span class=\"most\">maximum {format(max)}, {maxDay}</span></figcaption>");
        svg.Add($"<svg viewBox=\"0 0 298 {Height + 1}\" role=\"img\" aria-label=\"{Summary(caption, values, format, maxDay)}\">");
        svg.Add($"<path class=\"base\" d=\"M0 {Height + 0.5}h298\"/>");
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is { } value)
            {
                var height = value == 0 ? 0.5 : Math.Max(MinHeight, Height * (value / max));
                svg.Add($"<rect x=\"{i * 10}\" y=\"{Height - height}\" width=\"8\" height=\"{height}\">");
                svg.Add($"<title>{PageClock.Day(days[i].Date)}: {format(value)}</title></rect>");
            }
        }

        return svg.Add($"</svg></figure>").ToHtml();
    }

    // The text alternative for screen readers.
    private static string Summary(string caption, List<double?> values, Func<double, string> format, string maxDay)
    {
        var known = values.OfType<double>().Order().ToList();
        return known.Count == 1
            ? $"{caption}: {format(known[0])} on {maxDay}, no data for the other days."
            : $"{caption}, {known.Count} days: from {format(known[0])} to {format(known[^1])} ({maxDay}), median {format(known[known.Count / 2])}.";
    }
}
