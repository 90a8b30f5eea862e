using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Scheduling;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Scheduling;

public sealed class OccurrenceBackoffTests
{
    private static readonly DateTimeOffset Due = new(2026, 6, 3, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Observe_Part_ContinuesAtOnceAndResetsTheDelays()
    {
        var backoff = new OccurrenceBackoff();
        backoff.Observe(Report(ScriptedTask.Failed), Due);
        backoff.Observe(Report(ScriptedTask.Failed), Due);

        var isNew = backoff.Observe(Report(ScriptedTask.Done.Unfinished()), Due);
        var afterPart = backoff.ShouldRun(Due, Due);
        backoff.Observe(Report(ScriptedTask.Failed), Due);
        var afterFailure = backoff.ShouldRun(Due, Due.AddSeconds(9));
        var afterDelay = backoff.ShouldRun(Due, Due.AddSeconds(10));

        isNew.ShouldBeTrue();
        afterPart.ShouldBeTrue();
        afterFailure.ShouldBeFalse();
        afterDelay.ShouldBeTrue("the first delay applies, not the third");
    }

    [Fact]
    public void Observe_SkipThatStaysOpen_IsRetriedAndReportedOnce()
    {
        var backoff = new OccurrenceBackoff();
        var skip = Report(TaskResult.Skip(SkipReason.Disabled)) with { StaysOpen = true, Attempted = false };

        backoff.Observe(skip, Due).ShouldBeTrue();
        backoff.ShouldRun(Due, Due.AddMinutes(1)).ShouldBeTrue();
        backoff.Observe(skip, Due.AddMinutes(1)).ShouldBeFalse();
    }

    [Fact]
    public void Observe_CompletedWork_StopsRunning()
    {
        var backoff = new OccurrenceBackoff();
        backoff.Observe(Report(ScriptedTask.Done.Unfinished()), Due);

        backoff.Observe(Report(ScriptedTask.Done), Due);

        backoff.ShouldRun(Due, Due.AddHours(1)).ShouldBeFalse();
    }

    [Fact]
    public void Observe_ConsecutiveFailures_IncreasesTheDelays()
    {
        var backoff = new OccurrenceBackoff();

        Delays(backoff, 5, ScriptedTask.Failed, attempted: true).ShouldBe([10, 30, 120, 120, 120]);
    }

    [Fact]
    public void Observe_LockThatStaysHeld_IncreasesTheDelaysAndReportsOnce()
    {
        var backoff = new OccurrenceBackoff();

        Delays(backoff, 6, TaskResult.Skip(SkipReason.LockHeld), attempted: false).ShouldBe([1, 2, 4, 8, 15, 15]);
        backoff.Observe(Report(TaskResult.Skip(SkipReason.LockHeld), attempted: false), Due).ShouldBeFalse();
    }

    [Fact]
    public void Observe_NextOccurrenceAfterFailures_RunsAtOnceAndResetsTheDelays()
    {
        var backoff = new OccurrenceBackoff();
        Delays(backoff, 3, ScriptedTask.Failed, attempted: true);
        var next = Due.AddDays(1);

        var shouldRun = backoff.ShouldRun(next, Due);
        backoff.Observe(Report(ScriptedTask.Failed) with { Occurrence = next }, next);

        shouldRun.ShouldBeTrue();
        backoff.ShouldRun(next, next.AddSeconds(9)).ShouldBeFalse();
        backoff.ShouldRun(next, next.AddSeconds(10)).ShouldBeTrue();
    }

    [Fact]
    public void ShouldRun_OccurrenceOfAClockThatWasAhead_AsksAgainAtASlowPace()
    {
        var backoff = new OccurrenceBackoff();
        var ahead = Due.AddDays(300);
        backoff.Observe(Report(ScriptedTask.Done) with { Occurrence = ahead }, ahead);

        backoff.ShouldRun(Due, Due).ShouldBeTrue();

        backoff.Observe(Report(ScriptedTask.Done) with { Occurrence = ahead }, Due);
        backoff.ShouldRun(Due, Due.AddSeconds(119)).ShouldBeFalse();
        backoff.ShouldRun(Due, Due.AddSeconds(120)).ShouldBeTrue();
    }

    [Fact]
    public void ShouldRun_DelayOfAClockThatWasAhead_IsOver()
    {
        var backoff = new OccurrenceBackoff();
        backoff.Observe(Report(ScriptedTask.Failed), Due.AddHours(10));

        backoff.ShouldRun(Due, Due).ShouldBeTrue();
    }

    /// <summary>The delays in seconds after each of several equal reports.</summary>
    private static List<int> Delays(OccurrenceBackoff backoff, int reports, TaskResult result, bool attempted)
    {
        var delays = new List<int>();
        for (var i = 0; i < reports; i++)
        {
            backoff.Observe(Report(result, attempted), Due);
            delays.Add(Enumerable.Range(0, 1_000).First(second => backoff.ShouldRun(Due, Due.AddSeconds(second))));
        }

        return delays;
    }

    private static RunReport Report(TaskResult result, bool attempted = true) => new()
    {
        Job = RunnerHarness.JobName,
        Task = ScriptedTask.TaskName,
        RunId = "1",
        Trigger = RunTrigger.Scheduled,
        Occurrence = Due,
        DryRun = false,
        StartedAt = Due,
        Attempted = attempted,
        Result = result,
    };
}
