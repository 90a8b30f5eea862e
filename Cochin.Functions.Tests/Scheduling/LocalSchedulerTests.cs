using System.Collections.Concurrent;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Scheduling;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cochin.Functions.Tests.Scheduling;

public sealed class LocalSchedulerTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task Run_ThreeSchedulersOnOneStorage_RunEachOccurrenceOnce()
    {
        using var stop = new CancellationTokenSource();
        var reports = new ConcurrentBag<RunReport>();
        var schedulers = Enumerable.Range(0, 3).Select(_ => NewScheduler(out var runner).RunAsync(reports.Add, stop.Token)).ToArray();
        await Wait.UntilAsync(async () => (await StateAsync()).SettledOccurrence is not null, Cancellation);

        for (var night = 0; night < 3; night++)
        {
            var due = TwoOClock.AddDays(night);
            Clock.SetUtcNow(due);
            await TickUntilAsync(async () => (await StateAsync()).SettledOccurrence == due);
        }

        await stop.CancelAsync();
        await Task.WhenAll(schedulers).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        Work.Runs.ShouldBe(3);
        (await RecordsAsync()).Where(record => record.Outcome == Outcome.Completed).Select(record => record.Occurrence)
            .ShouldBe([TwoOClock.AddDays(2), TwoOClock.AddDays(1), TwoOClock]);
    }

    [Fact]
    public async Task Run_StorageTemporarilyUnavailable_CatchesUpAfterwards()
    {
        using var stop = new CancellationTokenSource();
        var outage = new OutagePolicy();
        var reports = new ConcurrentQueue<RunReport>();
        await RegisterAtNoonAsync();
        var scheduler = NewScheduler(out _, outage).RunAsync(reports.Enqueue, stop.Token);

        outage.IsOut = true;
        Clock.SetUtcNow(TwoOClock);
        await TickUntilAsync(() => Task.FromResult(reports.Any(report => report.Outcome == Outcome.Failed)));
        outage.IsOut = false;
        await TickUntilAsync(() => Task.FromResult(reports.Any(report => report.Outcome == Outcome.Completed)));

        await stop.CancelAsync();
        await scheduler.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
        reports.Count(report => report.Outcome == Outcome.Failed).ShouldBe(1, "the same failure is reported once");
    }

    [Fact]
    public async Task Run_WorkInParts_ContinuesWithTheNextTick()
    {
        using var stop = new CancellationTokenSource();
        var reports = new ConcurrentQueue<RunReport>();
        await RegisterAtNoonAsync();
        var parts = 0;
        Work.Does = async (context, cancellationToken) =>
        {
            await context.Checkpoint.FindAsync((_, _) => Task.FromResult(""), cancellationToken);
            await context.Checkpoint.KeepAsync(++parts, [], cancellationToken);
            return parts < 6 ? ScriptedTask.Done.Unfinished() : ScriptedTask.Done;
        };
        var scheduler = NewScheduler(out _).RunAsync(reports.Enqueue, stop.Token);

        Clock.SetUtcNow(TwoOClock);
        await TickUntilAsync(() => Task.FromResult(reports.Any(report => report.Outcome != Outcome.Partial)));

        await stop.CancelAsync();
        await scheduler.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        reports.Select(report => report.Outcome).ShouldBe([.. Enumerable.Repeat(Outcome.Partial, 5), Outcome.Completed]);
    }

    [Fact]
    public async Task Run_NothingDue_SendsOneRequest()
    {
        await RegisterAtNoonAsync();
        using var stop = new CancellationTokenSource();
        var requests = new CountingPolicy();
        var scheduler = NewScheduler(out _, requests).RunAsync(_ => { }, stop.Token);
        await requests.WaitForAsync(1, Cancellation);

        for (var second = 0; second < 50; second++)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Cancellation);
        }

        await stop.CancelAsync();
        await scheduler;
        requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Run_ScopeOfOtherJobs_SendsNoRequest()
    {
        await RegisterAtNoonAsync();
        Scope = RunnerScope.Serve(["another"]);
        using var stop = new CancellationTokenSource();
        var requests = new CountingPolicy();
        var scheduler = NewScheduler(out _, requests).RunAsync(_ => { }, stop.Token);

        Clock.SetUtcNow(TwoOClock);
        Clock.Advance(TimeSpan.FromHours(2));
        await stop.CancelAsync();
        await scheduler;

        requests.Count.ShouldBe(0);
        Work.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Run_WorkTakesHours_StillRecordsThatTheJobIsChecked()
    {
        Scope = new RunnerScope("serve@nas");
        await RegisterAtNoonAsync();
        using var stop = new CancellationTokenSource();
        var working = new TaskCompletionSource();
        Work.Does = async (_, cancellationToken) =>
        {
            working.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return ScriptedTask.Done;
        };
        Clock.SetUtcNow(TwoOClock);
        var scheduler = NewScheduler(out _).RunAsync(_ => { }, stop.Token);
        await working.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        for (var hour = 1; hour <= 5; hour++)
        {
            Clock.Advance(RunnerChecks.Interval);
            await Wait.UntilAsync(
                async () => (await StateAsync()).CheckedBy is [{ Runner: "serve@nas" } last] && Clock.GetUtcNow() - last.At < TimeSpan.FromMinutes(1),
                Cancellation);
        }

        await stop.CancelAsync();
        await scheduler.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    /// <summary>Advances the fake clock by a second per 250 ms: leases expire by the fake clock, but requests take real time.</summary>
    private async Task TickUntilAsync(Func<Task<bool>> condition)
    {
        for (var second = 0; !await condition(); second++)
        {
            second.ShouldBeLessThan(480, "the condition was not met");
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(250, Cancellation);
        }
    }

    private LocalScheduler NewScheduler(out JobRunner runner, params global::Azure.Core.Pipeline.HttpPipelinePolicy[] policies)
    {
        runner = NewRunner(policies);
        var states = new JobStates(NewStorage(policies));
        return new LocalScheduler(new JobCatalog([Job()]), runner, states, NewWatch(), Scope, Clock, NullLogger<LocalScheduler>.Instance);
    }
}
