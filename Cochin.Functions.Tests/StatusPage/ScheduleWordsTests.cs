using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class ScheduleWordsTests
{
    [Theory]
    [InlineData("0 0 8 * * *", "every day at 08:00")]
    [InlineData("30 2 * * *", "every day at 02:30")]
    [InlineData("0 0 1 * * 6", "Saturdays at 01:00")]
    [InlineData("0 0 3 * * 0", "Sundays at 03:00")]
    [InlineData("0 0 9 * * 1-5", "Monday to Friday at 09:00")]
    [InlineData("0 0 */6 * * *", "every 6 hours")]
    [InlineData("0 */15 * * * *", "every 15 minutes")]
    [InlineData("* * * * * *", "every second")]
    [InlineData("0 0 2 1 * *", null)]
    [InlineData("0 0 2 * * MON", null)]
    public void Schedule_InWords_WhereItIsAUsualOne(string expression, string? words) => ScheduleWords.Of(expression).ShouldBe(words);
}
