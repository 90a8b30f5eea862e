using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Auditing;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

public sealed class JobRunnerTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task RunDue_NeverSeen_StartsFromNowWithoutCatchingUp()
    {
        await RegisterAtNoonAsync();

        Work.Runs.ShouldBe(0);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock.AddDays(-1));
        (await RecordsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task RunDue_Due_RunsRecordsAndSettles()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Completed, report.Error);
        var state = await StateAsync();
        state.SettledOccurrence.ShouldBe(TwoOClock);
        state.LastSuccessAt.ShouldBe(TwoOClock);
        state.LastRunId.ShouldBe(report.RunId);
        var record = (await RecordsAsync()).ShouldHaveSingleItem();
        record.ShouldSatisfyAllConditions(
            () => record.RunId.ShouldBe(report.RunId),
            () => record.Outcome.ShouldBe(Outcome.Completed),
            () => record.Trigger.ShouldBe(RunTrigger.Scheduled),
            () => record.Occurrence.ShouldBe(TwoOClock),
            () => record.Counts.ShouldBe([new("things", 3)]),
            () => record.Bytes.ShouldBe([new("freed", 42)]),
            () => record.FinishedAt.ShouldNotBeNull());
        (await new BlobLocks(Storage, Clock).FindHolderAsync(ScriptedTask.TaskName, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task RunDue_Settled_IsNotDueAndCostsOneRead()
    {
        await RegisterAtNoonAsync();
        var requests = new CountingPolicy();

        var report = await NewRunner(requests).RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.NotDue);
        requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RunDue_NothingToDo_CostsFewRequests()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(1).AddMinutes(-15));
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var requests = new CountingPolicy();

        await NewRunner(requests).RunDueAsync(JobName, Cancellation);

        // Job state: two reads and a write. Lock: acquire, metadata, release. Query for dead runs, open and close the record, audit line,
        // query for old records. Two more for the audit blob, which is new each day.
        requests.Count.ShouldBe(13);
    }

    [Fact]
    public async Task RunDue_AfterAnOutageWithinTheWindow_RunsTheLatestOnce()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddDays(3).AddHours(5));

        var late = await NewRunner().RunDueAsync(JobName, Cancellation);
        var again = await NewRunner().RunDueAsync(JobName, Cancellation);

        late.Occurrence.ShouldBe(TwoOClock.AddDays(3));
        again.Reason.ShouldBe(SkipReason.NotDue);
        Work.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task RunDue_AfterAnOutageBeyondTheWindow_IsSettledAsMissed()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(6).AddMinutes(1));

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.Missed);
        Work.Runs.ShouldBe(0);
        (await RecordsAsync()).ShouldHaveSingleItem().Reason.ShouldBe(SkipReason.Missed);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task RunDue_LockHeld_LeavesTheOccurrenceOpenAndIsRecordedOnce()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var owner = new LockOwner("other:7", "another", "run-x", TwoOClock);
        var (held, _) = await new BlobLocks(NewStorage(), TimeProvider.System).TryAcquireAsync(ScriptedTask.TaskName, owner, Cancellation);
        var runner = NewRunner();

        var first = await runner.RunDueAsync(JobName, Cancellation);
        var second = await runner.RunDueAsync(JobName, Cancellation);
        await held!.DisposeAsync();
        var third = await runner.RunDueAsync(JobName, Cancellation);

        first.Reason.ShouldBe(SkipReason.LockHeld);
        first.Error.ShouldNotBeNull().ShouldContain("other:7");
        second.Reason.ShouldBe(SkipReason.LockHeld);
        third.Outcome.ShouldBe(Outcome.Completed, third.Error);
        (await RecordsAsync()).Count(record => record.Reason == SkipReason.LockHeld).ShouldBe(1);
    }

    [Fact]
    public async Task RunDue_Disabled_SettlesWithoutRunning()
    {
        await RegisterAtNoonAsync();
        await new JobStates(Storage).DisableAsync(JobName, until: null, "moving house", Cancellation);
        Clock.SetUtcNow(TwoOClock);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);
        await new JobStates(Storage).EnableAsync(Job(), Clock.GetUtcNow(), Cancellation);
        var enabled = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.Disabled);
        report.Error.ShouldNotBeNull().ShouldContain("moving house");
        enabled.Reason.ShouldBe(SkipReason.NotDue, "an occurrence during the pause does not run later");
        (await RecordsAsync()).ShouldHaveSingleItem().Reason.ShouldBe(SkipReason.Disabled);
    }

    [Fact]
    public async Task RunDue_DisabledUntilAPastTime_Runs()
    {
        await RegisterAtNoonAsync();
        await new JobStates(Storage).DisableAsync(JobName, TwoOClock.AddHours(-1), reason: null, Cancellation);
        Clock.SetUtcNow(TwoOClock);

        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task RunDue_ManyRunnersAndOccurrences_RunsEachOnce()
    {
        await RegisterAtNoonAsync();
        var done = 0;
        Work.Does = (_, _) => { Interlocked.Increment(ref done); return Task.FromResult(ScriptedTask.Done); };
        var runners = Enumerable.Range(0, 4).Select(_ => NewRunner()).ToArray();

        for (var day = 0; day < 5; day++)
        {
            Clock.SetUtcNow(TwoOClock.AddDays(day));
            await Task.WhenAll(runners.Select(runner => runner.RunDueAsync(JobName, Cancellation)));
            await runners[0].RunDueAsync(JobName, Cancellation);

            done.ShouldBe(day + 1);
        }

        (await RecordsAsync()).Count(record => record.Outcome == Outcome.Completed).ShouldBe(5);
    }

    [Fact]
    public async Task Run_Ended_IsInTheAuditLog()
    {
        var report = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        var log = await Storage.System.GetAppendBlobClient(AuditPart.FirstOf(Noon).BlobName).DownloadContentAsync(Cancellation);

        log.Value.Content.ToString().ShouldContain($"\"run\":\"{report.RunId}\"");
    }
}
