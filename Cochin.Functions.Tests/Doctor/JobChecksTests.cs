using Azure.Data.Tables;
using Cochin.Functions.Doctor;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks.SyncDjango;
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
    public void Job_NotRegisteredAndNeedsTheMachineWithTheFiles_NamesTheCommandForIt()
    {
        var job = RunnerHarness.Job() with { Name = "sync_django", Options = new SyncDjangoOptions() };

        JobChecks.CheckState(job, new JobState(), Now).NextStep.ShouldBe("./cochin serve sync_django, on the machine that has its files");
    }

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

    [Fact]
    public void Job_ThatNoRunnerChecksAnyMore_IsAWarningWithWhatToStart()
    {
        var check = CheckState(new JobState { SettledOccurrence = DueToday, CheckedBy = [new("serve@nas", Now.AddHours(-5))] });

        check.Result.ShouldBe(CheckResult.Warning);
        check.Found.ShouldBe("no runner has checked it since 2026-06-02 05:00:00Z (serve on nas)");
        check.NextStep.ShouldBe($"Start ./cochin serve on nas again, or ./cochin serve {RunnerHarness.JobName} for this job alone");
    }

    [Fact]
    public void Job_CheckedByTwoRunners_NamesBoth()
    {
        var check = CheckState(new JobState { SettledOccurrence = DueToday, CheckedBy = [new("functions@app", Now), new("serve@nas", Now.AddMinutes(-59))] });

        check.Result.ShouldBe(CheckResult.Ok);
        check.Found.ShouldEndWith("checked by the function app app and serve on nas");
    }

    [Theory]
    [InlineData(null, "Check that ./cochin serve or the function app runs")]
    [InlineData(1, "./cochin history")]
    [InlineData(50, "Start ./cochin serve on nas again")]
    public void Job_Overdue_NextStepDependsOnItsRunners(int? hoursSinceCheck, string next)
    {
        RunnerCheck[] checks = hoursSinceCheck is { } hours ? [new("serve@nas", Now.AddHours(-hours))] : [];

        var check = CheckState(new JobState { SettledOccurrence = DueToday.AddDays(-2), LastSuccessAt = DueToday.AddDays(-3), CheckedBy = checks });

        check.Result.ShouldBe(CheckResult.Wrong);
        check.NextStep.ShouldNotBeNull().ShouldStartWith(next);
    }

    [Theory]
    [InlineData(null, null, "Ok", "does not exist until Cochin__X is set")]
    [InlineData(1, null, "Ok", "is run by serve on nas; does not exist here until Cochin__X is set")]
    [InlineData(5, null, "Warning", "no runner has checked it since 2026-06-02 05:00:00Z (serve on nas)")]
    [InlineData(5, false, "Ok", "does not exist until Cochin__X is set")]
    [InlineData(31 * 24, null, "Ok", "does not exist until Cochin__X is set")]
    public void DormantJob_ThatAnotherMachineRuns_IsNotReportedAsUnused(int? hoursSinceCheck, bool? enabled, string result, string found)
    {
        RunnerCheck[] checks = hoursSinceCheck is { } hours ? [new("serve@nas", Now.AddHours(-hours))] : [];

        var check = JobChecks.CheckDormant(new DormantJob("sync", "Cochin__X"), new JobState { CheckedBy = checks, Enabled = enabled }, Now);

        check.Result.ShouldBe(Enum.Parse<CheckResult>(result));
        check.Found.ShouldBe(found);
    }

    private static Check CheckState(JobState state, DateTimeOffset? now = null) => JobChecks.CheckState(RunnerHarness.Job(), state, now ?? Now);
}
