using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Runs that fail or die are retried.</summary>
public sealed class RunRetryTests(AzuriteServer server) : RunnerHarness(server)
{
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
    public async Task RunDue_SomeMessagesNotDelivered_IsRetriedThreeTimesThenSettledAsPartial()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(new TaskResult { Outcome = Outcome.Partial, Failure = FailureKind.NotDelivered });

        for (var attempt = 0; attempt < 4; attempt++)
        {
            (await StateAsync()).SettledOccurrence.ShouldNotBe(TwoOClock, $"attempt {attempt}");
            (await NewRunner().RunDueAsync(JobName, Cancellation)).Outcome.ShouldBe(Outcome.Partial);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }

        (await NewRunner().RunDueAsync(JobName, Cancellation)).Reason.ShouldBe(SkipReason.NotDue);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
        Work.Runs.ShouldBe(4);
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
}
