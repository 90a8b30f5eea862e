using System.Xml.Linq;
using Cochin.Functions.Formatting;
using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class ChartTests
{
    [Fact]
    public void Strip_OfEachKindOfDay_HasACellForEachAndASentence()
    {
        var marks = Enum.GetValues<DayMark>();
        var days = StatusSample.Days(day => marks[day % marks.Length], _ => 1, _ => null);

        var svg = XElement.Parse(StripSvg.Draw(days, hasTitles: true).Markup);

        var cells = svg.Elements("use").ToList();
        cells.Count.ShouldBe(30);
        cells.Select(cell => cell.Attribute("href")!.Value).Distinct().Count().ShouldBe(marks.Length, "each kind has a sign of its own");
        cells.Select(cell => cell.Attribute("href")!.Value[1..]).ShouldAllBe(sign => PageSigns.Definitions.Markup.Contains($"id=\"{sign}\"", StringComparison.Ordinal));
        cells[0].Element("title")!.Value.ShouldBe("Mon 26 Oct: nothing ran");
        svg.Attribute("aria-label")!.Value.ShouldStartWith("30 days: failed on 3 days (Wed 4 Nov, Sat 14 Nov, Tue 24 Nov); died on 3 days");
    }

    [Fact]
    public void Strip_InBrief_IsSmall() => StripSvg.Draw(StatusSample.Job("job").Days, hasTitles: false).Markup.Length.ShouldBeLessThan(1_000);

    [Fact]
    public void Bars_OfNoNumber_AreNone() => Draw(_ => null).ShouldBeNull();

    [Fact]
    public void Bars_OfOneNumber_AreOneOfFullHeight()
    {
        var svg = Draw(day => day == 7 ? 1_500 : null)!;

        var bar = svg.Descendants("rect").ShouldHaveSingleItem();
        ((double)bar.Attribute("height")!).ShouldBe(40);
        ((double)bar.Attribute("x")!).ShouldBe(70);
        svg.Descendants("svg").Single().Attribute("aria-label")!.Value.ShouldBe("Longest: 1.5 s on Mon 2 Nov, no other day has one.");
    }

    [Fact]
    public void Bars_OfHugeAndOddNumbers_StayInTheirFrame()
    {
        double?[] numbers = [0, double.MaxValue, 1, -5, double.NaN, double.PositiveInfinity, long.MaxValue];

        var svg = Draw(day => numbers[day % numbers.Length])!;

        var bars = svg.Descendants("rect").ToList();
        bars.Count.ShouldBe(30 - 8, "what is no number has no bar");
        bars.ShouldAllBe(bar => (double)bar.Attribute("height")! >= 0.5 && (double)bar.Attribute("y")! >= 0 && (double)bar.Attribute("y")! + (double)bar.Attribute("height")! <= 40.01);
    }

    [Fact]
    public void Bars_OfZeroes_AreALine() => Draw(_ => 0)!.Descendants("rect").ShouldAllBe(bar => (double)bar.Attribute("height")! == 0.5);

    private static XElement? Draw(Func<int, double?> number)
    {
        var days = StatusSample.Days(_ => DayMark.Completed, number, _ => null);
        return BarsSvg.Draw("Longest", days, day => day.LongestMs, Units.English.Took) is { } svg ? XElement.Parse(svg.Markup) : null;
    }
}
