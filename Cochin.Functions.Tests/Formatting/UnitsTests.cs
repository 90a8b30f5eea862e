using System.Globalization;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Tests.Formatting;

public sealed class UnitsTests
{
    private static readonly Units French = new(CultureInfo.GetCultureInfo("fr-FR"));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Size_AnyNumber_UsesTheLargestUnit(long bytes, string text) => Units.English.Size(bytes).ShouldBe(text);

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(9_940, "9.9 s")]
    [InlineData(59_000, "59 s")]
    [InlineData(61_000, "1 min 1 s")]
    [InlineData(90 * 60_000d, "1 h 30 min")]
    [InlineData(1e12, "277,777 h 46 min")]
    public void Took_AnyDuration_IsRounded(double milliseconds, string text) => Units.English.Took(milliseconds).ShouldBe(text);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(60 * 60, "60 min")]
    [InlineData(35 * 3600, "35 h")]
    [InlineData(16 * 86_400, "16 days")]
    public void Age_AnyNumber_UsesOneUnit(double seconds, string text) => Units.English.Age(seconds).ShouldBe(text);

    [Theory]
    [InlineData(512, "512 o")]
    [InlineData(1_610_612_736, "1,5 Gio")]
    public void Size_French_UsesFrenchUnits(long bytes, string text) => French.Size(bytes).ShouldBe(text);

    [Theory]
    [InlineData(-5, "0 min", "0 min")]
    [InlineData(59, "59 min", "59 min")]
    [InlineData(60, "1 h 0 min", "1 h 0 min")]
    [InlineData(26 * 60, "1 d 2 h", "1 j 2 h")]
    public void Duration_Any_UsesTheTwoLargestUnits(int minutes, string english, string french)
    {
        Units.English.Duration(TimeSpan.FromMinutes(minutes)).ShouldBe(english);
        French.Duration(TimeSpan.FromMinutes(minutes)).ShouldBe(french);
    }

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(86_400 + 61, "1 d 1 min 1 s")]
    public void Exact_AnyTimeSpan_IsNotRounded(int seconds, string text) => Units.English.Exact(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
}
