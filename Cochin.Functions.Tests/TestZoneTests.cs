namespace Cochin.Functions.Tests;

public sealed class TestZoneTests
{
    [Fact]
    public void Tests_WhereverTheyRun_AreNotInUtc() => TimeZoneInfo.Local.BaseUtcOffset.ShouldNotBe(TimeSpan.Zero);
}
