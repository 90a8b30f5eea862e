using Azure.Data.Tables;
using Cochin.Functions.Doctor;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Doctor;

/// <summary>The checks of a job that is due every day at 02:00, at noon on a Tuesday in Paris.</summary>
public sealed class JobChecksTests
{
    private static readonly DateTimeOffset Now = RunnerHarness.Noon;
    private static readonly DateTimeOffset DueToday = new(2026, 6, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Job_UpToDate_IsOk() =>
        CheckState(new JobState { SettledOccurrence = DueToday }).Result.ShouldBe(CheckResult.Ok);

    [Fact]
    public void Job_NotStarted_IsWrong()
    {
        var check = CheckState(new JobState { SettledOccurrence = DueToday.AddDays(-1) });

        check.Result.ShouldBe(CheckResult.Wrong);
        check.Found.ShouldContain("2026-06-02 00:00:00Z");
        check.NextStep.ShouldNotBeNull();
    }

    [Fact]
    public void Job_DueRecently_IsOk() =>
        CheckState(new JobState { SettledOccurrence = DueToday.AddDays(-1) }, DueToday.AddMinutes(20)).Result.ShouldBe(CheckResult.Ok);

    [Fact]
    public void Job_SettledFarInTheFuture_IsWrong()
    {
        var check = CheckState(new JobState { SettledOccurrence = DueToday.AddDays(300), LastSuccessAt = DueToday.AddDays(300) });

        check.Result.ShouldBe(CheckResult.Wrong);
        check.Found.ShouldContain("in the future");
    }

    [Fact]
    public void Job_SettledSlightlyAhead_IsOk() =>
        CheckState(new JobState { SettledOccurrence = DueToday.AddDays(1) }).Result.ShouldBe(CheckResult.Ok);

    [Fact]
    public void Job_NotRegistered_IsAWarning() =>
        CheckState(new JobState()).Result.ShouldBe(CheckResult.Warning);

    [Fact]
    public void Job_FailingButUpToDate_IsWrong()
    {
        var check = CheckState(new JobState { SettledOccurrence = DueToday, ConsecutiveFailures = 3, LastFailureAt = DueToday });

        check.Result.ShouldBe(CheckResult.Wrong);
        check.NextStep.ShouldBe($"./cochin history {RunnerHarness.JobName}");
    }

    [Theory]
    [InlineData("Enabled")]
    [InlineData("DisabledUntil")]
    public void Job_UnreadableSwitch_IsWrong(string column)
    {
        var row = new TableEntity("job", RunnerHarness.JobName) { ["Enabled"] = false, [column] = "soon", ["SettledOccurrence"] = DueToday };

        var check = CheckState(JobState.From(row));

        check.Result.ShouldBe(CheckResult.Wrong);
        check.Found.ShouldContain($"its {column} in the jobs table can't be read");
        check.NextStep.ShouldNotBeNull().ShouldContain("./cochin add");
    }

    [Fact]
    public void Job_SwitchedOff_IsAWarningWithTheReason()
    {
        var check = CheckState(new JobState { Enabled = false, DisabledReason = "moving" });

        check.Result.ShouldBe(CheckResult.Warning);
        check.Found.ShouldContain("moving");
    }

    private static Check CheckState(JobState state, DateTimeOffset? now = null) => JobChecks.CheckState(RunnerHarness.Job(), state, now ?? Now);
}
