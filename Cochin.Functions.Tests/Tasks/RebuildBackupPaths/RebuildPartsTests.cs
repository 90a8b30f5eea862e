using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>A reconciliation that is stopped repeatedly has the same result as an undisturbed one.</summary>
public sealed class RebuildPartsTests(AzuriteServer server) : RebuildTest(server)
{
    private const int Blobs = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Run_InParts_HasTheResultOfOneRun(int steps)
    {
        await SeedAsync();
        var whole = await RunAsync(storage: SmallPages(), checkpoint: Checkpoint.None);
        var expected = await RowsAsync();
        await ForgetAsync();
        await SeedAsync();
        var checkpoint = new MemoryCheckpoint();

        var (last, parts) = await RunInPartsAsync(checkpoint, steps);

        parts.ShouldBeGreaterThan(3);
        Counts(last).ShouldBe(Counts(whole));
        last.Bytes.ShouldBe(whole.Bytes);
        last.Warnings.Order().ShouldBe(whole.Warnings.Order());
        (await RowsAsync()).ShouldBe(expected);
        checkpoint.Progress.ShouldBe([.. checkpoint.Progress.Distinct().Order()], "each part makes progress");
    }

    [Fact]
    public async Task Run_InParts_ReadsEachPageOnce()
    {
        await SeedAsync();
        var listings = 0;
        var queries = 0;
        IsOutOfTime = () => true;
        var checkpoint = new MemoryCheckpoint();
        RebuildState? state = null;
        for (var part = 0; part < 100 && state is not { IsCounted: true }; part++)
        {
            await RunAsync(storage: SmallPages(new RequestHook(request =>
            {
                listings += RequestHook.IsListing(request) ? 1 : 0;
                queries += RequestHook.IsQuery(request) ? 1 : 0;
                return Task.CompletedTask;
            })), checkpoint: checkpoint);
            state = (await RebuildWork.FindAsync(checkpoint, Storage.Backups.Uri, new BackupSettings(), Cancellation)).ShouldNotBeNull().State;
        }

        // With each processed page, the next one is prefetched and discarded. The first level of the folder is listed once.
        listings.ShouldBeLessThanOrEqualTo(2 * state!.BlobPages.Count + 2);
        queries.ShouldBeLessThanOrEqualTo(2 * state.RowPages.Count + 1);
        state.Counts.Blobs.ShouldBe(Blobs);
        state.BlobPages.Select(page => (page.Prefix, page.Marker)).ShouldBeUnique();
    }

    [Fact]
    public async Task Orphans_OfAStoppedPart_AreNotRegisteredAgain()
    {
        var checksum = new Dictionary<string, string> { ["sha256"] = new string('c', 64) };
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        await Parallel.ForAsync(0, 220, Cancellation, async (i, _) => await UploadAsync($"storage/prod/{i:d3}.zip", Old, metadata: checksum));
        var inserts = new CountingPolicy(RequestHook.IsInsert);
        var checkpoint = new MemoryCheckpoint();

        var (last, parts) = await RunInPartsAsync(checkpoint, steps: 1, NewStorage(inserts));

        parts.ShouldBeGreaterThan(2);
        Counts(last).ShouldBe("blobs=220 registered=220");
        inserts.Count.ShouldBe(220);
    }

    [Fact]
    public async Task RefusalForMassMissing_AfterManyParts_StillRefuses()
    {
        await UploadAsync("storage/prod/a.zip");
        await AddBackupsAsync(30, i => i < 20 ? $"storage/prod/gone-{i}.zip" : "storage/prod/a.zip");

        var (last, _) = await RunInPartsAsync(new MemoryCheckpoint(), steps: 1);

        last.Outcome.ShouldBe(Outcome.Failed);
        last.Error.ShouldNotBeNull().ShouldContain("20 of 30");
        (await BackupsAsync()).ShouldAllBe(row => row.GetString("Status") == "completed");
    }

    [Fact]
    public async Task Run_OutOfTimeDuringAPage_KeepsEarlierPagesAndContinues()
    {
        await SeedAsync();
        using var outOfTime = new CancellationTokenSource();
        OutOfTime = outOfTime.Token;
        IsOutOfTime = () => outOfTime.IsCancellationRequested;
        var listings = 0;
        var checkpoint = new MemoryCheckpoint();
        var storage = SmallPages(new RequestHook(async request =>
        {
            if (RequestHook.IsListing(request) && ++listings == 4)
            {
                // The service stops responding.
                await outOfTime.CancelAsync();
                await Task.Delay(Timeout.Infinite, outOfTime.Token);
            }
        }));

        var part = await RunAsync(storage: storage, checkpoint: checkpoint);
        OutOfTime = default;
        IsOutOfTime = () => false;
        var last = await RunAsync(storage: SmallPages(), checkpoint: checkpoint);

        part.Reason.ShouldBe(SkipReason.Unfinished);
        Count(part, "blobs").ShouldBeInRange(6, 18);
        last.Outcome.ShouldBe(Outcome.Completed);
        Count(last, "blobs").ShouldBe(Blobs);
    }

    [Fact]
    public async Task Checkpoint_WithOtherSettings_IsNotContinued()
    {
        await SeedAsync();
        IsOutOfTime = () => true;
        var checkpoint = new MemoryCheckpoint();
        await RunAsync(storage: SmallPages(), checkpoint: checkpoint);

        var others = new BackupSettings { Grace = TimeSpan.FromHours(5) };
        await Should.ThrowAsync<InvalidDataException>(() => RebuildWork.FindAsync(checkpoint, Storage.Backups.Uri, others, Cancellation));
    }

    [Fact]
    public async Task Backup_CreatedBetweenTwoParts_IsNeitherMissingNorDuplicated()
    {
        await SeedAsync();
        IsOutOfTime = () => true;
        var checkpoint = new MemoryCheckpoint();
        await RunAsync(storage: SmallPages(), checkpoint: checkpoint);
        await UploadAsync("storage/0.zip", Old);
        await AddBackupAsync("0", "completed", "storage/0.zip");
        await UploadAsync("storage/zzz.zip", Old);
        await AddBackupAsync("0zzz", "completed", "storage/zzz.zip");

        var (last, _) = await RunInPartsAsync(checkpoint, steps: 3);

        (await StatusAsync("0")).ShouldBe("completed");
        (await StatusAsync("0zzz")).ShouldBe("completed");
        (await BackupsAsync()).Count(row => row.GetString("BlobName") is "storage/0.zip" or "storage/zzz.zip").ShouldBe(2);
        Count(last, "failed").ShouldBe(0);
    }

    private async Task<(TaskResult Last, int Parts)> RunInPartsAsync(MemoryCheckpoint checkpoint, int steps, CochinStorage? storage = null)
    {
        for (var part = 1; part < 300; part++)
        {
            var left = steps;
            IsOutOfTime = () => Interlocked.Decrement(ref left) < 0;
            var result = await RunAsync(storage: storage ?? SmallPages(), checkpoint: checkpoint);
            if (result.Reason != SkipReason.Unfinished)
            {
                return (result, part);
            }

            result.Outcome.ShouldBe(Outcome.Partial);
        }

        throw new ShouldAssertException("It never came to its end.");
    }

    private CochinStorage SmallPages(RequestHook? hook = null) =>
        NewStorageOfSmallPages(hook ?? new RequestHook(_ => Task.CompletedTask), blobsPerPage: 6, rowsPerPage: 5);

    /// <summary>A few rows and blobs of each kind, spread over the pages.</summary>
    private async Task SeedAsync()
    {
        await Parallel.ForAsync(0, Blobs, Cancellation, async (i, _) =>
        {
            var name = i % 13 == 5 ? $"storage/prod/{i:d2}.txt" : $"storage/prod/{i:d2}.zip";
            await UploadAsync(name, i % 11 == 3 ? default : Old);
            await (i switch
            {
                _ when i % 7 == 2 => Task.CompletedTask, // An orphan.
                _ when i % 9 == 4 => AddBackupAsync($"b{i:d2}", "file_missing", name, 7),
                _ when i % 10 == 6 => AddBackupAsync($"b{i:d2}", "completed", name, 8),
                _ when i % 10 == 8 => AddBackupAsync($"b{i:d2}", "running", name),
                _ => AddBackupAsync($"b{i:d2}", "completed", name, 7),
            });
            if (i % 8 == 1)
            {
                await AddBackupAsync($"gone{i:d2}", "completed", $"storage/prod/gone{i:d2}.zip");
                await AddBackupAsync($"legacy{i:d2}", "completed", $"legacy/gone{i:d2}.zip");
            }
        });
    }

    private async Task ForgetAsync()
    {
        foreach (var row in await BackupsAsync())
        {
            await Storage.Operations.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: Cancellation);
        }
    }

    private async Task<List<string>> RowsAsync() =>
        [.. (await BackupsAsync()).Select(row => $"{row.RowKey} {row.GetString("Status")} {row.GetString("BlobName")}")];
}
