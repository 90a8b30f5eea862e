namespace Cochin.Functions.StatusPage;

/// <summary>A number for each of thirty days as bars, in the columns of the strip above.</summary>
internal static class BarsSvg
{
    private const double Height = 40;

    // A day with little is not a day with nothing.
    private const double Least = 1.5;

    /// <param name="what">What the bars are, e.g. <c>Longest run</c>.</param>
    /// <returns>Null where no day has a number.</returns>
    public static Html? Draw(string what, IReadOnlyList<StatusDay> days, Func<StatusDay, double?> number, Func<double, string> words)
    {
        var numbers = days.Select(day => number(day) is { } value && double.IsFinite(value) ? Math.Max(0, value) : (double?)null).ToList();
        if (numbers.Max() is not { } most)
        {
            return null;
        }

        var top = days[numbers.IndexOf(most)].Date;
        var svg = new HtmlWriter();
        svg.Add($"<figure class=\"bars\"><figcaption><span>{what}</span><span class=\"most\">at most {words(most)}, {PageClock.Day(top)}</span></figcaption>");
        svg.Add($"<svg viewBox=\"0 0 298 {Height + 1}\" role=\"img\" aria-label=\"{Alternative(what, numbers, words, top)}\">");
        svg.Add($"<path class=\"base\" d=\"M0 {Height + 0.5}h298\"/>");
        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] is { } value)
            {
                var height = value == 0 ? 0.5 : Math.Max(Least, Height * (value / most));
                svg.Add($"<rect x=\"{i * 10}\" y=\"{Height - height}\" width=\"8\" height=\"{height}\"><title>{PageClock.Day(days[i].Date)}: {words(value)}</title></rect>");
            }
        }

        return svg.Add($"</svg></figure>").ToHtml();
    }

    private static string Alternative(string what, List<double?> numbers, Func<double, string> words, DateOnly top)
    {
        var known = numbers.OfType<double>().Order().ToList();
        return known.Count == 1
            ? $"{what}: {words(known[0])} on {PageClock.Day(top)}, no other day has one."
            : $"{what}, {known.Count} days: from {words(known[0])} to {words(known[^1])} ({PageClock.Day(top)}), the middle one {words(known[known.Count / 2])}.";
    }
}
