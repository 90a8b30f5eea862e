using Azure.Core;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Checksums for which a run has no time.</summary>
public sealed class HashTimeTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Run_BackupTooLargeToHashInAnyRun_IsRegisteredWithoutAChecksum()
    {
        await UploadAsync("storage/a.zip", Old);
        await UploadAsync("storage/b.zip", Old);
        await AddBackupAsync("gone", "completed", "storage/gone.zip");
        var checkpoint = new MemoryCheckpoint();

        var first = await RunWithoutTimeToReadAsync("a.zip", checkpoint);
        (await BackupsAsync()).Count(row => row.GetString("BlobName") == "storage/a.zip").ShouldBe(0, "this run has other work first");
        var second = await RunWithoutTimeToReadAsync("a.zip", checkpoint);
        var last = await RunWithoutTimeToReadAsync("a.zip", checkpoint);

        new[] { first, second }.ShouldAllBe(result => result.Reason == SkipReason.Unfinished);
        last.Outcome.ShouldBe(Outcome.Completed, last.Error);
        Counts(last).ShouldBe("blobs=2 records=1 registered=2 missing=1");
        last.Warnings.ShouldHaveSingleItem().ShouldStartWith("A backup was registered without a checksum");
        (await BackupsAsync()).Single(row => row.GetString("BlobName") == "storage/a.zip").GetString("Sha256").ShouldBeNull();
        (await BackupsAsync()).Single(row => row.GetString("BlobName") == "storage/b.zip").GetString("Sha256").ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_OutOfTimeDuringAChecksum_LeavesThatBackupToTheNextRun()
    {
        await UploadAsync("storage/a.zip", Old);
        await UploadAsync("storage/b.zip", Old);
        using var outOfTime = new CancellationTokenSource();
        OutOfTime = outOfTime.Token;
        var checkpoint = new MemoryCheckpoint();
        var storage = NewStorage(new RequestHook(async request =>
        {
            if (request.Method == RequestMethod.Get && request.Uri.Path.EndsWith("b.zip", StringComparison.Ordinal))
            {
                await outOfTime.CancelAsync();
                await Task.Delay(Timeout.Infinite, outOfTime.Token);
            }
        }));

        var part = await RunAsync(storage: storage, checkpoint: checkpoint);
        OutOfTime = default;
        var last = await RunAsync(checkpoint: checkpoint);

        part.Reason.ShouldBe(SkipReason.Unfinished);
        last.Outcome.ShouldBe(Outcome.Completed, last.Error);
        Count(last, "registered").ShouldBe(2);
        (await BackupsAsync()).Count.ShouldBe(2);
    }

    /// <summary>A run whose time is used up while it reads a blob.</summary>
    private async Task<TaskResult> RunWithoutTimeToReadAsync(string name, MemoryCheckpoint checkpoint)
    {
        using var outOfTime = new CancellationTokenSource();
        OutOfTime = outOfTime.Token;
        IsOutOfTime = () => outOfTime.IsCancellationRequested;
        return await RunAsync(checkpoint: checkpoint, storage: NewStorage(new RequestHook(async request =>
        {
            if (request.Method == RequestMethod.Get && request.Uri.Path.EndsWith(name, StringComparison.Ordinal))
            {
                await outOfTime.CancelAsync();
                await Task.Delay(Timeout.Infinite, outOfTime.Token);
            }
        })));
    }
}
