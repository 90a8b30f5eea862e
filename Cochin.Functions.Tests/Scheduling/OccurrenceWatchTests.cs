using Cochin.Functions.Running;
using Cochin.Functions.Scheduling;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Running;

namespace Cochin.Functions.Tests.Scheduling;

public sealed class OccurrenceWatchTests
{
    private static readonly DateTimeOffset Due = new(2026, 6, 3, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Part_IsFollowedByTheNextAtOnceAndByNoPauseForTheFailuresBefore()
    {
        var watch = new OccurrenceWatch();
        watch.Observe(Report(ScriptedTask.Failed), Due);
        watch.Observe(Report(ScriptedTask.Failed), Due);

        var isNews = watch.Observe(Report(ScriptedTask.Done.Unfinished()), Due);
        var afterPart = watch.WantsRun(Due, Due);
        watch.Observe(Report(ScriptedTask.Failed), Due);
        var afterFailure = watch.WantsRun(Due, Due.AddSeconds(9));
        var afterPause = watch.WantsRun(Due, Due.AddSeconds(10));

        isNews.ShouldBeTrue();
        afterPart.ShouldBeTrue();
        afterFailure.ShouldBeFalse();
        afterPause.ShouldBeTrue("the first of the pauses, not the third");
    }

    [Fact]
    public void End_OfTheWork_IsTheEnd()
    {
        var watch = new OccurrenceWatch();
        watch.Observe(Report(ScriptedTask.Done.Unfinished()), Due);

        watch.Observe(Report(ScriptedTask.Done), Due);

        watch.WantsRun(Due, Due.AddHours(1)).ShouldBeFalse();
    }

    private static RunReport Report(TaskResult result) => new()
    {
        Job = RunnerHarness.JobName,
        Task = ScriptedTask.TaskName,
        RunId = "1",
        Trigger = RunTrigger.Scheduled,
        Occurrence = Due,
        DryRun = false,
        StartedAt = Due,
        Attempted = true,
        Result = result,
    };
}
