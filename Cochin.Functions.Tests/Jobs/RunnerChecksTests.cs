using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Jobs;

/// <summary>Which runners check a job: the column, and what follows from it.</summary>
public sealed class RunnerChecksTests
{
    private const string Nas = "serve@nas";
    private const string App = "functions@func-cochin";

    private static readonly DateTimeOffset Now = RunnerHarness.Noon;

    [Fact]
    public void Add_TwoRunners_NamesBothNewestFirst()
    {
        var first = Read(RunnerChecks.Add([], Nas, Now.AddMinutes(-30)));

        var both = Read(RunnerChecks.Add(first, App, Now));

        both.ShouldBe([new(App, Now), new(Nas, Now.AddMinutes(-30))]);
    }

    [Fact]
    public void Add_RunnerAgain_ReplacesItsTime() =>
        Read(RunnerChecks.Add([new(Nas, Now.AddHours(-1))], Nas, Now)).ShouldBe([new(Nas, Now)]);

    [Fact]
    public void Add_TimeWithAFraction_IsWrittenToTheSecond() =>
        RunnerChecks.Add([], Nas, Now.AddSeconds(7.9)).ShouldBe("{\"serve@nas\":\"2026-06-02T10:00:07Z\"}");

    [Fact]
    public void Add_RunnerWhoseClockIsAhead_GetsTheCurrentTime() =>
        Read(RunnerChecks.Add([new(App, Now.AddDays(400))], Nas, Now)).ShouldBe([new(Nas, Now), new(App, Now)], ignoreOrder: true);

    [Fact]
    public void Add_ManyAndOldRunners_KeepsTheTenNewestOfTheLastMonth()
    {
        RunnerCheck[] checks = [.. Enumerable.Range(1, 40).Select(day => new RunnerCheck($"serve@{day}", Now.AddDays(-day)))];

        Read(RunnerChecks.Add(checks, Nas, Now)).Select(check => check.Runner).ShouldBe([Nas, .. Enumerable.Range(1, 9).Select(day => $"serve@{day}")]);
        Read(RunnerChecks.Add(checks[28..], Nas, Now)).Select(check => check.Runner).ShouldBe([Nas, "serve@29"]);
    }

    [Theory]
    [InlineData(-59, false, false)]
    [InlineData(-60, false, true)]
    [InlineData(59, false, false)]
    [InlineData(60, false, true)]
    [InlineData(-119, true, false)]
    [InlineData(-120, true, true)]
    public void MustRecord_MinutesSinceTheLastRecord_IsTrueAfterAnHourOrIfTheClockWasSetBack(int minutes, bool isDue, bool expected) =>
        RunnerChecks.MustRecord([new(App, Now), new(Nas, Now.AddMinutes(minutes))], Nas, Now, isDue).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("nas")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"serve@nas\":\"yesterday\"}")]
    [InlineData("{\"serve@nas\":5}")]
    [InlineData(5L)]
    [InlineData(true)]
    public void Read_UnreadableValue_IsUnknownAndNoAlarm(object value)
    {
        var state = State(("CheckedBy", value));

        state.CheckedBy.ShouldBeEmpty();
        state.LastCheckBeforeStop(Now).ShouldBeNull();
    }

    [Fact]
    public void LastCheckBeforeStop_RowOfAnEarlierVersion_IsUnknown() => State().LastCheckBeforeStop(Now).ShouldBeNull();

    [Theory]
    [InlineData(179, false)]
    [InlineData(181, true)]
    public void LastCheckBeforeStop_MinutesAfterTheOnlyRunner_IsItsCheckAfterThreeHours(int minutes, bool hasStopped)
    {
        var last = new RunnerCheck(Nas, Now.AddMinutes(-minutes));

        Checked(last).LastCheckBeforeStop(Now).ShouldBe(hasStopped ? last : null);
    }

    [Fact]
    public void LastCheckBeforeStop_OneOfTwoRunnersStopped_IsNull()
    {
        var state = Checked(new(Nas, Now.AddDays(-2)), new(App, Now.AddMinutes(-50)));

        state.LastCheckBeforeStop(Now).ShouldBeNull();
        state.CurrentRunners(Now).ShouldHaveSingleItem().Runner.ShouldBe(App);
    }

    [Fact]
    public void LastCheckBeforeStop_BothRunnersStopped_IsTheLaterOne() =>
        Checked(new(Nas, Now.AddDays(-2)), new(App, Now.AddHours(-5))).LastCheckBeforeStop(Now)!.Value.Runner.ShouldBe(App);

    [Fact]
    public void LastCheckBeforeStop_OccurrenceSettledLongAfterwards_IsUnknown()
    {
        var state = Checked(new RunnerCheck(Nas, Now.AddDays(-2))) with { SettledOccurrence = Now.AddHours(-10) };

        state.LastCheckBeforeStop(Now).ShouldBeNull("a runner of an earlier version, which records no checks, settled it");
    }

    [Fact]
    public void LastCheckBeforeStop_ClockOfTheStoppedRunnerWasAhead_IsMeasuredFromTheLastWrite()
    {
        var state = Checked(new RunnerCheck(Nas, Now.AddDays(400))) with { WrittenAt = Now.AddHours(-4) };

        state.LastCheckBeforeStop(Now).ShouldBe(new RunnerCheck(Nas, Now.AddHours(-4)));
    }

    [Fact]
    public void Health_DisabledJobThatNothingChecks_IsNoProblem()
    {
        var state = Checked(new RunnerCheck(Nas, Now.AddDays(-2)));

        JobHealth.Of(RunnerHarness.Job(), state, Now).LastCheckBeforeStop.ShouldNotBeNull();
        JobHealth.Of(RunnerHarness.Job(), state with { Enabled = false }, Now).LastCheckBeforeStop.ShouldBeNull();
    }

    [Theory]
    [InlineData(Nas, "serve on nas", "Start ./cochin serve on nas again, or ./cochin serve nightly for this job alone")]
    [InlineData(App, "the function app func-cochin", "Check that the function app func-cochin runs")]
    [InlineData("cron", "cron", "Check that cron runs")]
    public void Check_OfEachKindOfRunner_SaysWhatToStart(string runner, string name, string restart)
    {
        new RunnerCheck(runner, Now).Name.ShouldBe(name);
        new RunnerCheck(runner, Now).Restart("nightly").ShouldBe(restart);
    }

    [Fact]
    public void Scope_FunctionApp_IsNamedByItsAppAndRunsAllJobs()
    {
        var scope = RunnerScope.FunctionApp("func-cochin");

        scope.Runner.ShouldBe(App);
        scope.IsPartial.ShouldBeFalse();
        scope.Includes("nightly").ShouldBeTrue();
    }

    private static JobState Checked(params RunnerCheck[] checks) => new() { CheckedBy = checks, SettledOccurrence = Now.AddDays(-3) };

    private static JobState State(params (string Column, object Value)[] columns)
    {
        var row = new TableEntity("job", RunnerHarness.JobName) { ["SettledOccurrence"] = Now.AddDays(-3) };
        foreach (var (column, value) in columns)
        {
            row[column] = value;
        }

        return JobState.From(row);
    }

    private static IReadOnlyList<RunnerCheck> Read(string json) => RunnerChecks.Read(new TableEntity { [RunnerChecks.Column] = json });
}
