using Cochin.Functions.Locking;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Running;

public sealed class RunFollowersTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task Run_WithAFollower_TellsItAtTheStartAndWhenTheLockIsFree()
    {
        var told = new List<string>();
        Followers.Add(new Follower
        {
            OnStarted = run => told.Add($"started {run.Label}"),
            OnEnded = async (report, _) => told.Add($"ended {report.Outcome}, held by {(await new BlobLocks(Storage, Clock).FindHolderAsync(ScriptedTask.TaskName, Cancellation))?.RunId ?? "nobody"}"),
        });
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);

        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunDueAsync(JobName, Cancellation);
        await NewRunner().RunJobAsync(Job(), dryRun: true, RunObserver.None, Cancellation);

        told.ShouldBe([$"started {JobName}", "ended Completed, held by nobody"]);
    }

    [Fact]
    public async Task Run_FollowerThrows_IsNoneTheWorse()
    {
        Followers.Add(new Follower { OnStarted = _ => throw new InvalidOperationException(), OnEnded = (_, _) => throw new InvalidOperationException() });

        var report = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        report.Outcome.ShouldBe(Outcome.Completed);
        (await RecordsAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Run_FollowerHangs_GoesOnAfterItsTime()
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
    public async Task Run_FollowerHangsWhenTheProgramIsAskedToStop_EndsAfterAFewSeconds(bool isAskedBefore)
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
