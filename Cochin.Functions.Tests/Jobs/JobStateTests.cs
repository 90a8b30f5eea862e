using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Jobs;

public sealed class JobStateTests
{
    private static readonly DateTimeOffset Now = RunnerHarness.Noon;
    private static readonly JobDefinition Job = RunnerHarness.Job();

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void IsEnabled_DisabledUntilATime_IsTrueFromThatTime(long ticks, bool isEnabled) =>
        new JobState { Enabled = false, DisabledUntil = Now.AddTicks(ticks) }.IsEnabled(Job, Now).ShouldBe(isEnabled);

    [Fact]
    public void IsOverdue_DisabledForMonthsUntilATime_IsMeasuredFromThatTime()
    {
        var state = new JobState { LastSuccessAt = Now.AddDays(-60), Enabled = false, DisabledUntil = Now.AddHours(-47) };

        JobHealth.Of(Job, state, Now).IsOverdue.ShouldBeFalse();
        JobHealth.Of(Job, state, Now.AddHours(2)).IsOverdue.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void IsOverdue_AroundTwoPeriods_IsTrueAfterThem(long ticks, bool isOverdue) =>
        JobHealth.Of(Job, new JobState { LastSuccessAt = Now.AddDays(-2).AddTicks(-ticks) }, Now).IsOverdue.ShouldBe(isOverdue);
}
