using Cochin.Functions.Jobs;

namespace Cochin.Functions.Tests.Jobs;

public sealed class JobSchedulePeriodTests
{
    [Theory]
    [InlineData("* * * * * *", 1.0 / 3600)]
    [InlineData("0 */15 * * * *", 0.25)]
    [InlineData("0 0 */6 * * *", 6)]
    [InlineData("0 0 2 * * *", 24)]
    [InlineData("0 0 9 * * 1-5", 72)]
    [InlineData("0 0 3 * * 0", 168)]
    [InlineData("0 0 2 1 * *", 31 * 24)]
    public void Period_AroundATuesdayInNovember_IsTheLongestGap(string expression, double hours)
    {
        JobSchedule.TryParse(expression, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"), out var schedule, out _).ShouldBeTrue();

        schedule!.Period(new DateTimeOffset(2026, 11, 24, 13, 0, 0, TimeSpan.Zero))!.Value.TotalHours.ShouldBe(hours, 0.001);
    }
}
