using System.Xml.Linq;
using Cochin.Functions.Formatting;
using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class ChartTests
{
    [Fact]
    public void Strip_AllDayMarks_HasASymbolForEachAndASummary()
    {
        var marks = Enum.GetValues<DayMark>();
        var days = StatusSample.Days(day => marks[day % marks.Length], _ => 1, _ => null);

        var svg = XElement.Parse(StripSvg.Draw(days, hasTitles: true).Markup);

        var cells = svg.Elements("use").ToList();
        cells.Count.ShouldBe(30);
        cells.Select(cell => cell.Attribute("href")!.Value).Distinct().Count().ShouldBe(marks.Length, "each mark has its own symbol");
        cells.Select(cell => cell.Attribute("href")!.Value[1..])
            .ShouldAllBe(symbol => PageSymbols.Definitions.Markup.Contains($"id=\"{symbol}\"", StringComparison.Ordinal));
        cells[0].Element("title")!.Value.ShouldBe("Mon 26 Oct: no runs");
        svg.Attribute("aria-label")!.Value.ShouldStartWith("30 days: failed on 3 days (Wed 4 Nov, Sat 14 Nov, Tue 24 Nov); died on 3 days");
    }

    [Fact]
    public void Strip_WithoutTitles_IsSmall() =>
        StripSvg.Draw(StatusSample.Job("job").Days, hasTitles: false).Markup.Length.ShouldBeLessThan(1_000);

    [Fact]
    public void Bars_NoValues_ReturnsNull() => Draw(_ => null).ShouldBeNull();

    [Fact]
    public void Bars_OneValue_HasFullHeight()
    {
        var svg = Draw(day => day == 7 ? 1_500 : null)!;

        var bar = svg.Descendants("rect").ShouldHaveSingleItem();
        ((double)bar.Attribute("height")!).ShouldBe(40);
        ((double)bar.Attribute("x")!).ShouldBe(70);
        svg.Descendants("svg").Single().Attribute("aria-label")!.Value.ShouldBe("Longest: 1.5 s on Mon 2 Nov, no data for the other days.");
    }

    [Fact]
    public void Bars_ExtremeValues_StayInsideTheChart()
    {
        double?[] values = [0, double.MaxValue, 1, -5, double.NaN, double.PositiveInfinity, long.MaxValue];

        var svg = Draw(day => values[day % values.Length])!;

        var bars = svg.Descendants("rect").ToList();
        bars.Count.ShouldBe(30 - 8, "NaN and infinity have no bar");
        foreach (var bar in bars)
        {
            var (y, height) = ((double)bar.Attribute("y")!, (double)bar.Attribute("height")!);
            height.ShouldBeGreaterThanOrEqualTo(0.5);
            y.ShouldBeGreaterThanOrEqualTo(0);
            (y + height).ShouldBeLessThanOrEqualTo(40.01);
        }
    }

    [Fact]
    public void Bars_OnlyZeros_HaveMinimalHeight() => Draw(_ => 0)!.Descendants("rect").ShouldAllBe(bar => (double)bar.Attribute("height")! == 0.5);

    private static XElement? Draw(Func<int, double?> valueOf)
    {
        var days = StatusSample.Days(_ => DayMark.Completed, valueOf, _ => null);
        return BarsSvg.Draw("Longest", days, day => day.LongestMs, Units.English.Took) is { } svg ? XElement.Parse(svg.Markup) : null;
    }
}
