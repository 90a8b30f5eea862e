using Cochin.Functions.Runs;

namespace Cochin.Functions.Tests.Runs;

public sealed class RunLimitsTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(10, 8)]
    [InlineData(20, 18)]
    [InlineData(300, 270)]
    [InlineData(600, 540)]
    [InlineData(3_600, 3_540)]
    public void Budget_WithALimit_LeavesTimeToStop(int limit, int budget) =>
        new RunLimits(TimeSpan.FromSeconds(limit)).Budget.ShouldBe(TimeSpan.FromSeconds(budget));

    [Fact]
    public void AtMost_TwoLimits_IsTheShorterOne()
    {
        var (less, more) = (TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));

        new RunLimits(less).AtMost(more).Work.ShouldBe(less);
        new RunLimits(more).AtMost(less).Work.ShouldBe(less);
        new RunLimits().AtMost(less).Work.ShouldBe(less);
        new RunLimits(more).AtMost(null).Work.ShouldBe(more);
        new RunLimits().Budget.ShouldBeNull();
    }
}
