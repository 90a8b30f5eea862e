using Cochin.Functions.Status.Page;

namespace Cochin.Functions.Tests.Status.Page;

public sealed class PageWordsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Bytes_InWords(long bytes, string words) => PageWords.Bytes(bytes).ShouldBe(words);

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(9_940, "9.9 s")]
    [InlineData(59_000, "59 s")]
    [InlineData(61_000, "1 min 1 s")]
    [InlineData(90 * 60_000d, "1 h 30 min")]
    [InlineData(1e12, "277,777 h 46 min")]
    public void Duration_InWords(double milliseconds, string words) => PageWords.Duration(milliseconds).ShouldBe(words);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(60 * 60, "60 min")]
    [InlineData(35 * 3600, "35 h")]
    [InlineData(16 * 86_400, "16 days")]
    public void Age_InWords(double seconds, string words) => PageWords.Age(seconds).ShouldBe(words);

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
