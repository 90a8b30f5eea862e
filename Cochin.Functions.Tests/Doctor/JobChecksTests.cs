using Azure.Data.Tables;
using Cochin.Functions.Doctor;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Doctor;

/// <summary>What <c>doctor</c> says of a job: a Tuesday noon in Paris, the job is due every day at 02:00.</summary>
public sealed class JobChecksTests
{
    private static readonly DateTimeOffset Now = RunnerHarness.Noon;
    private static readonly DateTimeOffset DueToday = new(2026, 6, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Job_DoneInTime_IsOk() =>
        Judge(new JobState { SettledOccurrence = DueToday }).Result.ShouldBe(CheckResult.Ok);

    [Fact]
    public void Job_ThatNobodyStarts_IsWrong()
    {
        var check = Judge(new JobState { SettledOccurrence = DueToday.AddDays(-1) });

        check.Result.ShouldBe(CheckResult.Wrong);
        check.Found.ShouldContain("2026-06-02 00:00:00Z");
        check.Mend.ShouldNotBeNull();
    }

    [Fact]
    public void Job_DueAMomentAgo_IsGivenTime() =>
        Judge(new JobState { SettledOccurrence = DueToday.AddDays(-1) }, DueToday.AddMinutes(20)).Result.ShouldBe(CheckResult.Ok);

    [Fact]
    public void Job_SettledByAClockFarAhead_IsWrong()
    {
        var check = Judge(new JobState { SettledOccurrence = DueToday.AddDays(300), LastSuccessAt = DueToday.AddDays(300) });

        check.Result.ShouldBe(CheckResult.Wrong);
        check.Found.ShouldContain("in the future");
    }

    [Fact]
    public void Job_DoneSomewhatEarly_IsOk() =>
        Judge(new JobState { SettledOccurrence = DueToday.AddDays(1) }).Result.ShouldBe(CheckResult.Ok);

    [Fact]
    public void Job_NeverSeenByAScheduler_IsAWarning() =>
        Judge(new JobState()).Result.ShouldBe(CheckResult.Warning);

    [Fact]
    public void Job_ThatFails_IsWrongAlsoWhereItIsUpToDate()
    {
        var check = Judge(new JobState { SettledOccurrence = DueToday, ConsecutiveFailures = 3, LastFailureAt = DueToday });

        check.Result.ShouldBe(CheckResult.Wrong);
        check.Mend.ShouldBe($"./cochin history {RunnerHarness.JobName}");
    }

    [Theory]
    [InlineData("Enabled")]
    [InlineData("DisabledUntil")]
    public void Job_WhoseSwitchCantBeRead_IsWrong(string column)
    {
        var row = new TableEntity("job", RunnerHarness.JobName) { ["Enabled"] = false, [column] = "soon", ["SettledOccurrence"] = DueToday };

        var check = Judge(JobState.From(row));

        check.Result.ShouldBe(CheckResult.Wrong);
        check.Found.ShouldContain($"its {column} in the jobs table can't be read");
        check.Mend.ShouldNotBeNull().ShouldContain("./cochin add");
    }

    [Fact]
    public void Job_SwitchedOff_IsAWarningWithItsReason()
    {
        var check = Judge(new JobState { Enabled = false, DisabledReason = "moving" });

        check.Result.ShouldBe(CheckResult.Warning);
        check.Found.ShouldContain("moving");
    }

    private static Check Judge(JobState state, DateTimeOffset? now = null) => JobChecks.Judge(RunnerHarness.Job(), state, now ?? Now);
}
