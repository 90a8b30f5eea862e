using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Runs that are stopped early.</summary>
public sealed class StoppedRunTests(AzuriteServer server) : RunnerHarness(server)
{
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
}
