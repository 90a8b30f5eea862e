using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Runs that the operator requested, and dry runs.</summary>
public sealed class ManualRunTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task RunJob_Manual_IsRecordedAndSettlesNothing()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        report.Trigger.ShouldBe(RunTrigger.Manual);
        (await RecordsAsync()).ShouldHaveSingleItem().Occurrence.ShouldBeNull();
        var state = await StateAsync();
        state.SettledOccurrence.ShouldNotBe(TwoOClock);
        state.LastSuccessAt.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task RunJob_Disabled_IsSkippedWithARecord()
    {
        var report = await NewRunner(Job(enabled: false)).RunJobAsync(Job(enabled: false), dryRun: false, RunObserver.None, Cancellation);

        report.Reason.ShouldBe(SkipReason.Disabled);
        (await RecordsAsync()).ShouldHaveSingleItem().Reason.ShouldBe(SkipReason.Disabled);
    }

    [Fact]
    public async Task RunTask_Typed_IsRecordedUnderTheTaskAndDoesNotChangeTheJob()
    {
        await new JobStates(Storage).DisableAsync(JobName, until: null, reason: null, Cancellation);

        var report = await NewRunner().RunTaskAsync(new ScriptedOptions(), RunObserver.None, Cancellation);

        report.Outcome.ShouldBe(Outcome.Completed, report.Error);
        (await RecordsAsync(ScriptedTask.TaskName)).ShouldHaveSingleItem().Job.ShouldBe(ScriptedTask.TaskName);
        (await StateAsync()).LastRunId.ShouldBeNull();
    }

    [Fact]
    public async Task DryRun_WhileTheLockIsHeld_RunsAndWritesNothing()
    {
        var owner = new LockOwner("other:7", "another", "run-x", Noon);
        var (held, _) = await new BlobLocks(NewStorage(), TimeProvider.System).TryAcquireAsync(ScriptedTask.TaskName, owner, Cancellation);
        var writes = new CountingPolicy(request => request.Method.Method is not ("GET" or "HEAD"));

        var job = await NewRunner(writes).RunJobAsync(Job(), dryRun: true, RunObserver.None, Cancellation);
        var task = await NewRunner(writes).RunTaskAsync(new ScriptedOptions { DryRun = true }, RunObserver.None, Cancellation);

        job.ShouldSatisfyAllConditions(() => job.Outcome.ShouldBe(Outcome.Completed, job.Error), () => job.DryRun.ShouldBeTrue());
        task.Outcome.ShouldBe(Outcome.Completed, task.Error);
        writes.Count.ShouldBe(0);
        await held!.DisposeAsync();
    }
}
