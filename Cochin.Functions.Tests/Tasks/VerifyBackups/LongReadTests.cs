using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

/// <summary>Backups that can't be read within the time limit of a run.</summary>
public sealed class LongReadTests(AzuriteServer server) : VerifyTest(server)
{
    private readonly MemoryCheckpoint checkpoint = new();

    [Fact]
    public async Task Backups_ReadTogetherUntilTheTimeLimit_AreReadAloneByTheNextRuns()
    {
        await AddBackupAsync("1", Sound, columns: ("CompletedAt", TimeProvider.System.GetUtcNow().AddHours(-1)));
        await AddBackupAsync("2", Sound);

        var first = await RunUntilAsync(reads: 2);

        first.Error.ShouldBeNull();
        first.Reason.ShouldBe(SkipReason.Unfinished);
        Counts(first).ShouldBe("examined=2");
        checkpoint.Progress.ShouldHaveSingleItem().ShouldBeGreaterThan(0);

        var second = await RunUntilAsync(reads: 1);

        Counts(second).ShouldBe("examined=2 failed=1");
        second.Error!.ShouldContain("backup/1 could not be verified: reading it takes longer than the time limit of a run");

        LastMoment = default;
        Counts(await RunAsync(checkpoint: checkpoint)).ShouldBe("examined=2 verified=1 failed=1");
    }

    [Fact]
    public async Task Backup_ReadNextToAnotherUntilTheTimeLimit_IsNoFailure()
    {
        await AddBackupAsync("1", Sound, columns: ("CompletedAt", TimeProvider.System.GetUtcNow().AddHours(-1)));
        await AddBackupAsync("2", Sound);

        Counts(await RunUntilAsync(reads: 2)).ShouldBe("examined=2");
        LastMoment = default;

        Counts(await RunAsync(checkpoint: checkpoint)).ShouldBe("examined=2 verified=2");
    }

    /// <summary>Runs until a number of backups are being read, which then exceed the time limit.</summary>
    private async Task<TaskResult> RunUntilAsync(int reads)
    {
        using var lastMoment = new CancellationTokenSource();
        LastMoment = lastMoment.Token;
        var (begun, all) = (0, new TaskCompletionSource());
        var slow = new InterveningPolicy(
            request => request.Uri.Path.EndsWith(".zip", StringComparison.Ordinal),
            async () =>
            {
                if (Interlocked.Increment(ref begun) == reads)
                {
                    await lastMoment.CancelAsync();
                    all.SetResult();
                }

                await all.Task;
                throw new OperationCanceledException(lastMoment.Token);
            },
            times: reads);
        var result = await RunAsync(storage: NewStorage(slow), checkpoint: checkpoint);
        slow.Met.ShouldBeTrue();
        return result;
    }
}
