using Azure.Core;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>A runner that was paused, and resumes when another runner holds its lock.</summary>
public sealed class OvertakenRunnerTests(AzuriteServer server) : RunnerHarness(server)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task RunDue_ResumedBeforeItsWork_DoesNotChangeTheRecordOfItsSuccessor()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var (working, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        Work.Does = async (_, _) =>
        {
            working.TrySetResult();
            await mayEnd.Task.WaitAsync(Limit, Cancellation);
            return ScriptedTask.Done;
        };
        Task<RunReport>? successor = null;
        var pause = new InterveningPolicy(request => request.Uri.ToString().Contains("Outcome%20eq%20%27Running", StringComparison.Ordinal), async () =>
        {
            await LoseLeaseAsync();
            successor = NewRunner().RunDueAsync(JobName, Cancellation);
            await working.Task.WaitAsync(Limit, Cancellation);
        });

        var overtaken = await NewRunner(pause).RunDueAsync(JobName, Cancellation);
        mayEnd.SetResult();
        var report = await successor.ShouldNotBeNull();

        pause.Met.ShouldBeTrue();
        overtaken.Reason.ShouldBe(SkipReason.LockHeld);
        report.Outcome.ShouldBe(Outcome.Completed);
        Work.Runs.ShouldBe(1);
        (await RecordsAsync()).Select(record => record.Outcome).ShouldBe([Outcome.Completed, Outcome.Skipped], ignoreOrder: true);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task RunDue_ResumedWhileSettling_DoesNotChangeTheStateOfItsSuccessor()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        RunReport? next = null;
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        var pause = new InterveningPolicy(request => IsUpdate(request, "Jobs("), async () =>
        {
            await LoseLeaseAsync();
            Work.Does = static (_, _) => Task.FromResult(ScriptedTask.Done);
            next = await NewRunner().RunDueAsync(JobName, Cancellation);
        });

        await NewRunner(pause).RunDueAsync(JobName, Cancellation);

        pause.Met.ShouldBeTrue();
        var state = await StateAsync();
        state.LastRunId.ShouldBe(next.ShouldNotBeNull().RunId);
        state.ConsecutiveFailures.ShouldBe(0);
        state.FailingSince.ShouldBeNull();
    }

    [Fact]
    public async Task RunDue_ResumedWhileClosingItsRecord_LeavesTheRecordLost()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        RunReport? next = null;
        var pause = new InterveningPolicy(request => IsUpdate(request, "Runs("), async () =>
        {
            await LoseLeaseAsync();
            next = await NewRunner().RunDueAsync(JobName, Cancellation);
        });

        var overtaken = await NewRunner(pause).RunDueAsync(JobName, Cancellation);

        pause.Met.ShouldBeTrue();
        var outcomes = (await RecordsAsync()).ToDictionary(record => record.RunId, record => record.Outcome);
        outcomes[overtaken.RunId].ShouldBe(Outcome.Lost);
        outcomes[next.ShouldNotBeNull().RunId].ShouldBe(Outcome.Completed);
        (await StateAsync()).LastRunId.ShouldBe(next.RunId);
    }

    [Fact]
    public async Task RunDue_PredecessorClosesItsRecordMeanwhile_IsNotMarkedAsLost()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var history = new RunHistory(Storage, Clock, HistoryOptions);
        var running = new RunReport
        {
            Job = JobName,
            Task = ScriptedTask.TaskName,
            RunId = "slow",
            Trigger = RunTrigger.Manual,
            DryRun = false,
            StartedAt = Noon,
            Result = new TaskResult { Outcome = Outcome.Running },
        };
        var version = await history.AddAsync(running, Cancellation);
        var close = new InterveningPolicy(
            request => IsUpdate(request, "Runs("),
            () => history.CloseAsync(running with { Result = ScriptedTask.Done }, version, Cancellation));

        await NewRunner(close).RunDueAsync(JobName, Cancellation);

        close.Met.ShouldBeTrue();
        (await RecordsAsync()).Single(record => record.RunId == "slow").Outcome.ShouldBe(Outcome.Completed);
    }

    [Theory]
    [InlineData("another_task", nameof(Outcome.Running))]
    [InlineData(ScriptedTask.TaskName, nameof(Outcome.Lost))]
    public async Task RunDue_OpenRecordOfThisJob_IsMarkedAsLostOnlyIfTheLockIsThatOfItsTask(string task, string expected)
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var running = new RunReport
        {
            Job = JobName,
            Task = task,
            RunId = "other",
            Trigger = RunTrigger.Manual,
            DryRun = false,
            StartedAt = Noon,
            Result = new TaskResult { Outcome = Outcome.Running },
        };
        await new RunHistory(Storage, Clock, HistoryOptions).AddAsync(running, Cancellation);

        await NewRunner().RunDueAsync(JobName, Cancellation);

        (await RecordsAsync()).Single(record => record.RunId == "other").Outcome.ToString().ShouldBe(expected);
    }

    [Fact]
    public async Task RunDue_ResumedBeforeAWriteOfItsTask_DoesNotSendIt()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = async (context, _) =>
        {
            await LoseLeaseAsync();
            await context.Storage.Backups.UploadBlobAsync("temp/x", BinaryData.FromString("x"), CancellationToken.None);
            return ScriptedTask.Done;
        };

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    private static bool IsUpdate(Request request, string entity) =>
        request.Method == RequestMethod.Put && request.Uri.ToString().Contains(entity, StringComparison.Ordinal);

    private async Task LoseLeaseAsync()
    {
        await BreakLeaseAsync();
        Clock.Advance(BlobLocks.LeaseDuration);
    }
}
