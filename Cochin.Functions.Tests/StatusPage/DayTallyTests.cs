using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>The runs of each case are in the order in which they are read: the newest first.</summary>
public sealed class DayTallyTests
{
    [Theory]
    [InlineData("", "None")]
    [InlineData("Completed", "Completed")]
    [InlineData("Skipped Completed", "Completed")]
    [InlineData("Completed Failed Failed", "Recovered")]
    [InlineData("Failed Completed", "Failed")]
    [InlineData("Completed Lost", "Recovered")]
    [InlineData("Lost", "Lost")]
    [InlineData("Partial Completed", "Partial")]
    [InlineData("Missed", "Missed")]
    [InlineData("Completed Missed", "Missed")]
    [InlineData("Running Completed", "Completed")]
    [InlineData("Skipped", "Skipped")]
    public void Mark_OfADay_IsWhatIsWorthKnowing(string runs, string mark) => Tally(runs).Mark.ShouldBe(Enum.Parse<DayMark>(mark));

    [Fact]
    public void Day_NotRead_SaysSo()
    {
        var tally = new DayTally(new DateOnly(2026, 11, 24));

        tally.ToDay(isRead: false).Mark.ShouldBe(DayMark.Unread);
    }

    [Fact]
    public void Sums_OfHugeNumbers_StopAtTheLargest()
    {
        var tally = new DayTally(new DateOnly(2026, 11, 24));
        tally.Add(Run("Completed", ("freed", long.MaxValue)) with { Duration = TimeSpan.MaxValue });
        tally.Add(Run("Completed", ("freed", long.MaxValue)) with { Duration = TimeSpan.FromSeconds(1) });
        tally.Add(Run("Completed", ("scanned", 5), ("freed", -7)));

        var day = tally.ToDay(isRead: true);

        day.Bytes.ShouldBe(long.MaxValue);
        day.LongestMs.ShouldBe(TimeSpan.MaxValue.TotalMilliseconds);
        day.Runs.ShouldBe(3);
    }

    private static StatusDay Tally(string runs)
    {
        var tally = new DayTally(new DateOnly(2026, 11, 24));
        foreach (var run in runs.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            tally.Add(Run(run));
        }

        return tally.ToDay(isRead: true);
    }

    private static RunReport Run(string outcome, params (string Name, long Value)[] bytes) => new()
    {
        Job = "job", RunId = "id", Task = "cleanup_temp_files", Trigger = RunTrigger.Scheduled, StartedAt = new DateTimeOffset(StatusSample.Now),
        Result = new TaskResult
        {
            Outcome = outcome == "Missed" ? Outcome.Skipped : Enum.Parse<Outcome>(outcome),
            Reason = outcome == "Missed" ? SkipReason.Missed : null,
            Bytes = [.. bytes.Select(sum => KeyValuePair.Create(sum.Name, sum.Value))],
        },
    };
}
