using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

public sealed class RunFollowersTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task Run_WithAFollower_NotifiesItAtTheStartAndAfterTheLockIsReleased()
    {
        var notified = new List<string>();
        Followers.Add(new Follower
        {
            OnStarted = run => notified.Add($"started {run.Label}"),
            OnEnded = async (report, _) =>
            {
                var holder = await new BlobLocks(Storage, Clock).FindHolderAsync(ScriptedTask.TaskName, Cancellation);
                notified.Add($"ended {report.Outcome}, lock held by {holder?.RunId ?? "no run"}");
            },
        });
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);

        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunJobAsync(Job(), dryRun: true, RunObserver.None, Cancellation);

        notified.ShouldBe([$"started {JobName}", "ended Completed, lock held by no run"]);
    }

    [Fact]
    public async Task Run_FollowerThrows_StillCompletes()
    {
        Followers.Add(new Follower { OnStarted = _ => throw new InvalidOperationException(), OnEnded = (_, _) => throw new InvalidOperationException() });

        var report = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        report.Outcome.ShouldBe(Outcome.Completed);
        (await RecordsAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Run_FollowerHangs_ContinuesAfterTheTimeLimit()
    {
        var hangs = new TaskCompletionSource();
        Followers.Add(new Follower
        {
            OnEnded = async (_, token) =>
            {
                hangs.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            },
        });

        var run = NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);
        await hangs.Task.WaitAsync(Cancellation);
        Clock.Advance(TimeSpan.FromSeconds(30));

        (await run.WaitAsync(TimeSpan.FromSeconds(20), Cancellation)).Outcome.ShouldBe(Outcome.Completed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_FollowerHangsWhenTheProgramIsAskedToStop_EndsWithinSeconds(bool isAskedBefore)
    {
        using var stop = new CancellationTokenSource();
        var hangs = new TaskCompletionSource();
        Work.Does = async (_, _) =>
        {
            await (isAskedBefore ? stop.CancelAsync() : Task.CompletedTask);
            return ScriptedTask.Done;
        };
        Followers.Add(new Follower
        {
            OnEnded = async (_, token) =>
            {
                hangs.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            },
        });

        var run = NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, stop.Token);
        await hangs.Task.WaitAsync(Cancellation);
        await stop.CancelAsync();
        Clock.Advance(TimeSpan.FromSeconds(5));

        await run.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
    }

    private sealed class Follower : RunFollower
    {
        public Action<Run> OnStarted { get; init; } = static _ => { };

        public Func<RunReport, CancellationToken, Task> OnEnded { get; init; } = static (_, _) => Task.CompletedTask;

        public override Task StartedAsync(Run run, CancellationToken cancellationToken)
        {
            OnStarted(run);
            return Task.CompletedTask;
        }

        public override Task EndedAsync(RunReport report, CancellationToken cancellationToken) => OnEnded(report, cancellationToken);
    }
}
