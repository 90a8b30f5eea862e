using Cochin.Functions.Formatting;

namespace Cochin.Functions.StatusPage;

/// <summary>Thirty days as thirty cells.</summary>
internal static class StripSvg
{
    /// <param name="hasTitles">Whether each cell tells its day under the pointer: two thirds of the size.</param>
    public static Html Draw(IReadOnlyList<StatusDay> days, bool hasTitles)
    {
        var svg = new HtmlWriter();
        svg.Add($"<svg class=\"strip\" viewBox=\"0 0 298 24\" role=\"img\" aria-label=\"{DayWords.Sum(days)}\">");
        for (var i = 0; i < days.Count; i++)
        {
            var day = days[i];
            if (hasTitles)
            {
                svg.Add($"<use href=\"#{DayWords.Sign(day.Mark)}\" x=\"{i * 10}\"><title>{Title(day)}</title></use>");
            }
            else
            {
                svg.Add($"<use href=\"#{DayWords.Sign(day.Mark)}\" x=\"{i * 10}\"/>");
            }
        }

        return svg.Add($"</svg>").ToHtml();
    }

    private static string Title(StatusDay day) =>
        $"{PageClock.Day(day.Date)}: {DayWords.Of(day.Mark)}" + (day.Runs > 0 ? $", {Units.English.Count(day.Runs, "run", "runs")}" : "");
}
