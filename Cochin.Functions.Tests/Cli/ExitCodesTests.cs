using Cochin.Functions.Cli;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Cli;

public sealed class ExitCodesTests
{
    // Worst first.
    private static readonly (TaskResult Result, int Code)[] Results =
    [
        (new TaskResult { Outcome = Outcome.Failed }, 1),
        (new TaskResult { Outcome = Outcome.Partial }, 3),
        (TaskResult.Skip(SkipReason.LockHeld), 11),
        (new TaskResult { Outcome = Outcome.Completed }, 0),
    ];

    [Fact]
    public void Of_EachOutcome_IsItsCode() => Results.Select(one => ExitCodes.Of(Report(one.Result))).ShouldBe(Results.Select(one => one.Code));

    [Fact]
    public void Worst_OfTwo_IsTheWorseInEitherOrder()
    {
        for (var worse = 0; worse < Results.Length; worse++)
        {
            for (var better = worse; better < Results.Length; better++)
            {
                ExitCodes.Worst([Report(Results[worse].Result), Report(Results[better].Result)]).ShouldBe(Results[worse].Code);
                ExitCodes.Worst([Report(Results[better].Result), Report(Results[worse].Result)]).ShouldBe(Results[worse].Code);
            }
        }
    }

    [Fact]
    public void Worst_OfNone_IsDone() => ExitCodes.Worst([]).ShouldBe(0);

    [Fact]
    public void Of_ASkipForAnyOtherReason_IsDone() =>
        Enum.GetValues<SkipReason>().Where(reason => reason is not SkipReason.LockHeld).ShouldAllBe(reason => ExitCodes.Of(Report(TaskResult.Skip(reason))) == 0);

    private static RunReport Report(TaskResult result) =>
        new() { Job = "nightly", Task = "scripted", RunId = "1", Trigger = RunTrigger.Manual, DryRun = false, StartedAt = DateTimeOffset.UnixEpoch, Result = result };
}
