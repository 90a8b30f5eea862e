using Cochin.Functions.Running;
using Cochin.Functions.Scheduling;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Running;

namespace Cochin.Functions.Tests.Scheduling;

public sealed class OccurrenceBackoffTests
{
    private static readonly DateTimeOffset Due = new(2026, 6, 3, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Part_IsFollowedByTheNextAtOnceAndByNoPauseForTheFailuresBefore()
    {
        var watch = new OccurrenceBackoff();
        watch.Observe(Report(ScriptedTask.Failed), Due);
        watch.Observe(Report(ScriptedTask.Failed), Due);

        var isNews = watch.Observe(Report(ScriptedTask.Done.Unfinished()), Due);
        var afterPart = watch.ShouldRun(Due, Due);
        watch.Observe(Report(ScriptedTask.Failed), Due);
        var afterFailure = watch.ShouldRun(Due, Due.AddSeconds(9));
        var afterPause = watch.ShouldRun(Due, Due.AddSeconds(10));

        isNews.ShouldBeTrue();
        afterPart.ShouldBeTrue();
        afterFailure.ShouldBeFalse();
        afterPause.ShouldBeTrue("the first of the pauses, not the third");
    }

    [Fact]
    public void Skip_ThatStaysOpen_IsLookedAtAgainAndNewsOnce()
    {
        var watch = new OccurrenceBackoff();
        var skip = Report(TaskResult.Skip(SkipReason.Disabled)) with { StaysOpen = true, Attempted = false };

        watch.Observe(skip, Due).ShouldBeTrue();
        watch.ShouldRun(Due, Due.AddMinutes(1)).ShouldBeTrue();
        watch.Observe(skip, Due.AddMinutes(1)).ShouldBeFalse();
    }

    [Fact]
    public void End_OfTheWork_IsTheEnd()
    {
        var watch = new OccurrenceBackoff();
        watch.Observe(Report(ScriptedTask.Done.Unfinished()), Due);

        watch.Observe(Report(ScriptedTask.Done), Due);

        watch.ShouldRun(Due, Due.AddHours(1)).ShouldBeFalse();
    }

    [Fact]
    public void Failures_InARow_AreFollowedByEverLongerPauses()
    {
        var watch = new OccurrenceBackoff();

        Pauses(watch, 5, ScriptedTask.Failed, attempted: true).ShouldBe([10, 30, 120, 120, 120]);
    }

    [Fact]
    public void LockThatStaysHeld_IsAskedForLessOftenAndReportedOnce()
    {
        var watch = new OccurrenceBackoff();

        Pauses(watch, 6, TaskResult.Skip(SkipReason.LockHeld), attempted: false).ShouldBe([1, 2, 4, 8, 15, 15]);
        watch.Observe(Report(TaskResult.Skip(SkipReason.LockHeld), attempted: false), Due).ShouldBeFalse();
    }

    [Fact]
    public void NextOccurrence_AfterFailures_IsWantedAtOnceAndPausesFromTheStart()
    {
        var watch = new OccurrenceBackoff();
        Pauses(watch, 3, ScriptedTask.Failed, attempted: true);
        var next = Due.AddDays(1);

        var isWanted = watch.ShouldRun(next, Due);
        watch.Observe(Report(ScriptedTask.Failed) with { Occurrence = next }, next);

        isWanted.ShouldBeTrue();
        watch.ShouldRun(next, next.AddSeconds(9)).ShouldBeFalse();
        watch.ShouldRun(next, next.AddSeconds(10)).ShouldBeTrue();
    }

    /// <summary>For how many whole seconds the watch wants no run after each of some equal reports.</summary>
    private static List<int> Pauses(OccurrenceBackoff watch, int reports, TaskResult result, bool attempted)
    {
        var pauses = new List<int>();
        for (var i = 0; i < reports; i++)
        {
            watch.Observe(Report(result, attempted), Due);
            pauses.Add(Enumerable.Range(0, 1_000).First(second => watch.ShouldRun(Due, Due.AddSeconds(second))));
        }

        return pauses;
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
