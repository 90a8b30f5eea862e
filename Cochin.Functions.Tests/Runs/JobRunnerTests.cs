using Azure.Data.Tables;
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
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var requests = new CountingPolicy();

        await NewRunner(requests).RunDueAsync(JobName, Cancellation);

        // Job state: two reads and a write. Lock: acquire, metadata, release. Query for dead runs, open and close the record, audit line,
        // query for old records. One more for the audit blob, which is new each day.
        requests.Count.ShouldBeLessThanOrEqualTo(14);
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
    public async Task RunDue_Failing_IsRetriedThreeTimesThenSettledAsFailed()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);

        for (var attempt = 0; attempt < 4; attempt++)
        {
            (await StateAsync()).SettledOccurrence.ShouldNotBe(TwoOClock, $"attempt {attempt}");
            (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Failed);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }

        var fifth = await NewRunner().RunDueAsync(JobName, Cancellation);

        fifth.Reason.ShouldBe(SkipReason.NotDue);
        var state = await StateAsync();
        state.SettledOccurrence.ShouldBe(TwoOClock);
        state.ConsecutiveFailures.ShouldBe(4);
        state.LastFailureAt.ShouldNotBeNull();
        (await RecordsAsync()).Select(record => record.Outcome).ShouldBe(Enumerable.Repeat(Outcome.Failed, 4));
    }

    [Fact]
    public async Task RunDue_FailingAgain_KeepsTheTimeOfTheFirstFailure()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Clock.Advance(TimeSpan.FromMinutes(15));

        await NewRunner().RunDueAsync(JobName, Cancellation);

        var state = await StateAsync();
        state.FailingSince.ShouldBe(TwoOClock);
        state.LastFailureAt.ShouldBe(TwoOClock.AddMinutes(15));
    }

    [Fact]
    public async Task RunDue_FailingThenCompleted_IsSettledByTheRetry()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Done);
        Clock.Advance(TimeSpan.FromMinutes(15));

        (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);

        var state = await StateAsync();
        state.SettledOccurrence.ShouldBe(TwoOClock);
        state.ConsecutiveFailures.ShouldBe(0);
    }

    [Fact]
    public async Task RunDue_TaskThrows_FailsWithTheReason()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => throw new InvalidOperationException("a bug");

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        report.Error.ShouldNotBeNull().ShouldContain("a bug");
        (await RecordsAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Failed);
    }

    [Fact]
    public async Task RunDue_RequestTimesOut_FailsWithTheReason()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => throw new TaskCanceledException();

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        report.Error.ShouldNotBeNull().ShouldContain("did not answer in time");
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
    public async Task RunDue_PredecessorDied_MarksItAsLostAndRuns()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddMinutes(15));
        await AddRunningRecordAsync(TwoOClock, TwoOClock);
        await AddRunningRecordAsync(TwoOClock.AddHours(-3), occurrence: null, partition: ScriptedTask.TaskName);

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Completed, report.Error);
        (await RecordsAsync()).Select(record => record.Outcome).ShouldBe([Outcome.Completed, Outcome.Lost]);
        (await RecordsAsync(ScriptedTask.TaskName)).ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Lost, "manual runs too");
    }

    [Fact]
    public async Task RunDue_EveryAttemptDied_IsGivenUp()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock.AddMinutes(15));
        for (var attempt = 0; attempt <= OccurrenceRule.Retries; attempt++)
        {
            await AddRunningRecordAsync(TwoOClock.AddMinutes(attempt), TwoOClock);
        }

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        Work.Runs.ShouldBe(0);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task RunDue_PredecessorDiedBeforeSettling_SettlesWithoutRunningAgain()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var dead = new CrashPolicy(request => request.Method.Method is "PUT" && request.Uri.ToString().Contains("Jobs(", StringComparison.Ordinal));
        await NewRunner(dead).RunDueAsync(JobName, Cancellation);
        dead.Died.ShouldBeTrue();
        await BreakLeaseAsync();

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Reason.ShouldBe(SkipReason.NotDue);
        Work.Runs.ShouldBe(1);
        var (state, record) = (await StateAsync(), (await RecordsAsync()).ShouldHaveSingleItem());
        state.SettledOccurrence.ShouldBe(TwoOClock);
        state.LastSuccessAt.ShouldBe(record.FinishedAt);
        state.LastRunId.ShouldBe(record.RunId);
    }

    [Fact]
    public async Task RunDue_LockLostDuringTheWork_StopsAndSettlesNothing()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = async (_, cancellationToken) =>
        {
            await BreakLeaseAsync();
            Clock.Advance(BlobLocks.LeaseDuration / 3);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return ScriptedTask.Done;
        };

        var report = await NewRunner().RunDueAsync(JobName, Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        report.Error.ShouldBe(RunStop.LockLost);
        (await StateAsync()).SettledOccurrence.ShouldNotBe(TwoOClock);
    }

    [Fact]
    public async Task RunDue_TimeLimitReached_StopsWithTheCountsSoFarAndIsRetried()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Limits = new RunLimits(TimeSpan.FromSeconds(20));
        Work.Does = async (context, cancellationToken) =>
        {
            context.PartialResult = () => ScriptedTask.Done;
            Clock.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return ScriptedTask.Done;
        };

        var report = await NewRunner().RunDueAsync(JobName, Cancellation).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Work.Does = static (_, _) => Task.FromResult(ScriptedTask.Done);
        var next = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        report.Error.ShouldNotBeNull().ShouldStartWith("Stopped at its time limit of 0.33 min");
        report.Error.ShouldContain("the next tick continues");
        report.Counts.ShouldBe(ScriptedTask.Done.Counts);
        next.Outcome.ShouldBe(Outcome.Completed);
        (await RecordsAsync()).Select(record => record.Outcome).ShouldBe([Outcome.Completed, Outcome.Failed], ignoreOrder: true);
    }

    [Fact]
    public async Task RunDue_BeyondItsTimeLimit_StopsWriting()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Limits = new RunLimits(TimeSpan.FromSeconds(20));
        var wrote = false;
        Work.Does = (context, _) =>
        {
            Clock.Advance(TimeSpan.FromSeconds(21));
            context.ThrowIfStopped();
            wrote = true;
            return Task.FromResult(ScriptedTask.Done);
        };

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Error.ShouldNotBeNull().ShouldStartWith("Stopped at its time limit of 0.33 min");
        report.Error.ShouldContain("the next tick continues");
        wrote.ShouldBeFalse();
    }

    [Fact]
    public async Task RunDue_Interrupted_ClosesTheRecordAndReleasesTheLock()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        using var stop = new CancellationTokenSource();
        Work.Does = async (_, cancellationToken) =>
        {
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return ScriptedTask.Done;
        };

        var report = await NewRunner().RunDueAsync(JobName, stop.Token);

        report.Error.ShouldNotBeNull().ShouldContain("Interrupted");
        (await RecordsAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Failed);
        (await new BlobLocks(Storage, Clock).FindHolderAsync(ScriptedTask.TaskName, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task RunDue_InterruptedWhileItsRecordIsWritten_ClosesTheRecord()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        using var stop = new CancellationTokenSource();
        var interrupt = new InterveningPolicy(
            request => request.Method.Method == "POST" && request.Uri.Path.EndsWith("Runs", StringComparison.Ordinal),
            stop.CancelAsync);
        Work.Does = (_, cancellationToken) => Task.FromCanceled<TaskResult>(cancellationToken);

        await NewRunner(interrupt).RunDueAsync(JobName, stop.Token);

        interrupt.Met.ShouldBeTrue();
        (await RecordsAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Failed);
    }

    [Fact]
    public async Task RunDue_OldRecordsCantBeTrimmed_StillCompletes()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var fault = new FaultPolicy(request => request.Uri.ToString().Contains("RowKey%20gt", StringComparison.Ordinal), 500, "InternalError");

        (await NewRunner(fault).RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Completed);

        fault.Met.ShouldBeTrue();
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

    [Fact]
    public async Task Run_WithOldRecords_TrimsAHundredOfThem()
    {
        await Storage.Runs.CreateIfNotExistsAsync(Cancellation);
        var old = Enumerable.Range(0, 120).Select(i => new RunReport
        {
            Job = JobName,
            Task = ScriptedTask.TaskName,
            RunId = $"old-{i}",
            Trigger = RunTrigger.Scheduled,
            DryRun = false,
            StartedAt = Noon.AddDays(-91).AddMinutes(i),
            Result = ScriptedTask.Done,
        });
        foreach (var chunk in old.Chunk(100))
        {
            await Storage.Runs.SubmitTransactionAsync(
                chunk.Select(report => new TableTransactionAction(TableTransactionActionType.Add, RunRow.Write(report, "host"))),
                Cancellation);
        }

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        (await RecordsAsync()).Count.ShouldBe(21);

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        (await RecordsAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(89.0, true)]
    [InlineData(89.99, true)]
    [InlineData(90.01, false)]
    public async Task Run_WithOldRecord_KeepsItForNinetyDays(double days, bool isKept)
    {
        var report = new RunReport
        {
            Job = JobName,
            Task = ScriptedTask.TaskName,
            RunId = "earlier",
            Trigger = RunTrigger.Scheduled,
            DryRun = false,
            StartedAt = Noon.AddDays(-days),
            Result = ScriptedTask.Done,
        };
        await new RunHistory(Storage, Clock, HistoryOptions).AddAsync(report, Cancellation);

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        (await RecordsAsync()).Any(record => record.RunId == "earlier").ShouldBe(isKept);
    }

    [Fact]
    public async Task Run_Ended_IsInTheAuditLog()
    {
        var report = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        var log = await Storage.System.GetAppendBlobClient(AuditPart.FirstOf(Noon).BlobName).DownloadContentAsync(Cancellation);

        log.Value.Content.ToString().ShouldContain($"\"run\":\"{report.RunId}\"");
    }
}
