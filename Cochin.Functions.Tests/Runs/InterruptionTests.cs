using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Runs during which the program is asked to stop.</summary>
public sealed class InterruptionTests(AzuriteServer server) : RunnerHarness(server)
{
    private readonly FakeLogger<RunFollowers> log = new();

    [Fact]
    public async Task Interrupted_MoreOftenThanFailuresAreRetried_StillCompletes()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        for (var i = 0; i < OccurrenceRule.Retries + 2; i++)
        {
            (await InterruptAsync()).Outcome.ShouldBe(Outcome.Failed);
            Clock.Advance(TimeSpan.FromMinutes(15));
        }

        var interrupted = await StateAsync();
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Done);
        var done = await NewRunner().RunDueAsync(JobName, Cancellation);

        interrupted.ConsecutiveFailures.ShouldBe(0);
        interrupted.LastFailureAt.ShouldBeNull();
        done.Outcome.ShouldBe(Outcome.Completed, done.Error);
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task Interrupted_UntilTheCatchUpWindowEnds_IsGivenUpAsAFailure()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        await InterruptAsync();
        await InterruptAsync();
        Clock.Advance(Job().CatchUp + TimeSpan.FromMinutes(1));

        var report = await NewRunner().RunDueAsync(JobName, Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        report.Error.ShouldNotBeNull().ShouldContain("each of its 2 runs");
        var state = await StateAsync();
        state.SettledOccurrence.ShouldBe(TwoOClock);
        state.ConsecutiveFailures.ShouldBe(1);
    }

    [Fact]
    public async Task Interrupted_BetweenFailures_DoesNotCountAsAnAttempt()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        for (var i = 0; i < OccurrenceRule.Retries; i++)
        {
            Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
            await NewRunner().RunDueAsync(JobName, Cancellation);
            await InterruptAsync();
        }

        (await StateAsync()).SettledOccurrence.ShouldNotBe(TwoOClock);
        Work.Does = (_, _) => Task.FromResult(ScriptedTask.Failed);
        await NewRunner().RunDueAsync(JobName, Cancellation);

        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task TimeLimit_OfTheLastAttempt_DoesNotPromiseAnotherOne()
    {
        Limits = new RunLimits(TimeSpan.FromSeconds(20));
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Work.Does = (context, _) =>
        {
            Clock.Advance(TimeSpan.FromSeconds(20));
            context.ThrowIfStopped();
            return Task.FromResult(ScriptedTask.Done);
        };

        var reports = new List<RunReport>();
        for (var i = 0; i <= OccurrenceRule.Retries; i++)
        {
            reports.Add(await NewRunner().RunDueAsync(JobName, Cancellation));
        }

        reports.SkipLast(1).ShouldAllBe(report => report.Error!.Contains("the next tick continues", StringComparison.Ordinal));
        reports[^1].Error.ShouldNotBeNull().ShouldContain($"the last attempt for this due time: raise the limit, or run `./cochin run {JobName}`");
        (await StateAsync()).SettledOccurrence.ShouldBe(TwoOClock);
    }

    [Fact]
    public async Task Follower_Cancelled_LogsOneLineWithoutAStackTrace()
    {
        var followers = new RunFollowers([new CancelledFollower()], Clock, log);
        var run = Run.Requested(Job(), dryRun: false, RunObserver.None, Clock);

        await followers.StartedAsync(run, Cancellation);

        var line = log.Collector.GetSnapshot().ShouldHaveSingleItem();
        line.Level.ShouldBe(LogLevel.Warning);
        line.Id.Id.ShouldBe(104);
        line.Exception.ShouldBeNull();
        line.Message.ShouldContain($"CancelledFollower failed for run {run.Id}");
    }

    private async Task<RunReport> InterruptAsync()
    {
        using var stop = new CancellationTokenSource();
        Work.Does = async (_, cancellationToken) =>
        {
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return ScriptedTask.Done;
        };
        return await NewRunner().RunDueAsync(JobName, stop.Token);
    }

    private sealed class CancelledFollower : RunFollower
    {
        public override Task StartedAsync(Run run, CancellationToken cancellationToken) => throw new TaskCanceledException();
    }
}
