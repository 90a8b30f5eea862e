using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class CleanupRaceTests(AzuriteServer server) : CleanupTest(server)
{
    [Fact]
    public async Task Run_OperationStartedAfterTheFirstListing_IsRespected()
    {
        await UploadAsync("temp/work/data", Old);
        var begin = new InterveningPolicy(request => IsListing(request, "uploads"), () => StartOperationAsync("temp/work/"));

        var result = await RunAsync(policies: begin);

        begin.Met.ShouldBeTrue();
        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/work/data"]);
    }

    [Fact]
    public async Task Run_OverwrittenRightBeforeTheDelete_IsKeptAsChanged()
    {
        await UploadAsync("temp/x", Old);
        var overwrite = new InterveningPolicy(IsDelete, () => UploadAsync("temp/x", content: "renewed"));

        var result = await RunAsync(policies: overwrite);

        overwrite.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("changed").ShouldBe(1);
        (await Storage.Backups.GetBlobClient("temp/x").DownloadContentAsync(Cancellation)).Value.Content.ToString().ShouldBe("renewed");
    }

    [Fact]
    public async Task Run_ChangedBetweenTheListings_IsKeptAsChanged()
    {
        await UploadAsync("temp/x", Old);
        await UploadAsync("uploads/y", Old);
        var renew = new InterveningPolicy(From(2, request => IsListing(request, "temp")), () => UploadAsync("temp/x"));

        var result = await RunAsync(policies: renew);

        renew.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("changed").ShouldBe(1);
        result.Count("deleted").ShouldBe(1);
        Items.ShouldContain(item => item.Name == "x" && item.Decision == "keep" && item.Reason == "changed");
    }

    [Fact]
    public async Task Run_LeasedRightBeforeTheDelete_CountsAsInUse()
    {
        await UploadAsync("temp/x", Old);
        var lease = new InterveningPolicy(IsDelete, () => LeaseAsync("temp/x"));

        var result = await RunAsync(policies: lease);

        lease.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_DeletedByAnotherProcess_CountsAsDeleted()
    {
        await UploadAsync("temp/x", Old);
        var delete = new InterveningPolicy(IsDelete, () => Storage.Backups.DeleteBlobAsync("temp/x", cancellationToken: Cancellation));

        var result = await RunAsync(policies: delete);

        ShouldAddUp(result);
        result.Outcome.ShouldBe(Outcome.Completed);
        result.Count("deleted").ShouldBe(1);
    }

    [Fact]
    public async Task Run_Stopped_DeletesNoMoreBlobs()
    {
        await UploadAsync("temp/x", Old);
        var context = Context(() => throw new RunStoppedException("stopped"));

        await Should.ThrowAsync<RunStoppedException>(() => NewTask().RunAsync(new CleanupTempFilesOptions(), context, Cancellation));

        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
        context.PartialResult.ShouldNotBeNull()().Count("old").ShouldBe(1);
    }

    [Fact]
    public async Task Run_OperationStartedRightBeforeTheFirstDelete_IsRespected()
    {
        await UploadAsync("temp/work/data", Old);
        var begin = new InterveningPolicy(IsAudit, () => StartOperationAsync("temp/work/"));

        var result = await NewTask().RunAsync(new CleanupTempFilesOptions(), Context(storage: NewStorage(begin)), Cancellation);

        begin.Met.ShouldBeTrue();
        result.Count("inUse").ShouldBe(1);
        Items.ShouldHaveSingleItem().Reason.ShouldBe("inUse");
        (await BlobNamesAsync()).ShouldBe(["temp/work/data"]);
        (await AuditAsync()).ShouldContain("\"target\":\"temp/work\",\"result\":\"inUse\"");
    }

    [Fact]
    public async Task Run_OperationStartedDuringTheDeletes_IsRespectedWithinSeconds()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("temp/work/data", Old);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var begin = new InterveningPolicy(IsDelete, () => BeginOperationLaterAsync(time, "temp/work/"));

        var result = await NewSequentialTask(blobsToKeep: 1, time: time, policies: begin).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        ShouldAddUp(result);
        result.Count("inUse").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/work/data"]);
    }

    [Fact]
    public async Task Run_OperationStartedDuringTheDeletionOfALargeUnit_KeepsTheRest()
    {
        const int Blobs = 300;
        await Parallel.ForAsync(0, Blobs, Cancellation, async (i, _) => await UploadAsync($"temp/work/{i}", Old));
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var begin = new InterveningPolicy(IsDelete, () => BeginOperationLaterAsync(time, "temp/work/"));

        var result = await NewSequentialTask(blobsToKeep: 10, time: time, policies: begin).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        ShouldAddUp(result);
        result.Count("inUse").ShouldBe(1);
        result.Count("blobsDeleted").ShouldBeInRange(1, Blobs - 1);
        (await BlobNamesAsync()).Length.ShouldBe(Blobs - (int)result.Count("blobsDeleted"));
    }

    [Fact]
    public async Task Run_RecreatedRightBeforeTheDelete_IsKeptAsChanged()
    {
        await UploadAsync("temp/x", Old);
        var renew = new InterveningPolicy(IsDelete, async () =>
        {
            await Storage.Backups.DeleteBlobAsync("temp/x", cancellationToken: Cancellation);
            await UploadAsync("temp/x", Old, "another old blob");
        });

        var result = await RunAsync(policies: renew);

        renew.Met.ShouldBeTrue();
        result.Count("changed").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Run_BlobAddedDuringTheDeletionOfItsUnit_IsKept()
    {
        await UploadAsync("temp/folder/old", Old);
        var add = new InterveningPolicy(IsDelete, () => UploadAsync("temp/folder/new"));

        await RunAsync(policies: add);

        add.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBe(["temp/folder/new"]);
    }

    [Fact]
    public async Task Run_LargeUnitChangedAfterItsListing_IsKeptAsChanged()
    {
        await UploadAsync("temp/big/1", Old);
        await UploadAsync("temp/big/2", Old);
        var renew = new InterveningPolicy(IsAudit, () => UploadAsync("temp/big/2"));

        var result = await NewTask(blobsToKeep: 1).RunAsync(new CleanupTempFilesOptions(), Context(storage: NewStorage(renew)), Cancellation);

        renew.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("changed").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/big/1", "temp/big/2"]);
    }

    [Fact]
    public async Task Run_DeleteResponseLost_CountsItOnce()
    {
        await UploadAsync("temp/x", Old, "12345");
        var lost = new LostResponsePolicy(IsDelete);

        var result = await RunAsync(policies: lost);

        lost.Met.ShouldBeTrue();
        ShouldAddUp(result);
        result.Count("blobsDeleted").ShouldBe(1);
        result.Bytes.ShouldContain(new KeyValuePair<string, long>("freed", 5));
    }

    [Fact]
    public async Task Run_StoppedDuringAUnit_ReportsTheDeletedBlobs()
    {
        const int Blobs = 60;
        await Parallel.ForAsync(0, Blobs, Cancellation, async (i, _) => await UploadAsync($"temp/folder/{i}", Old));
        await UploadAsync("uploads/later", Old);
        var batches = new CountingPolicy(IsBatch);
        var context = Context(() =>
        {
            if (batches.Count == 2)
            {
                throw new RunStoppedException("stopped");
            }
        });

        await Should.ThrowAsync<RunStoppedException>(
            () => NewSequentialTask(maxBatchSize: 10, policies: batches).RunAsync(new CleanupTempFilesOptions(), context, Cancellation));

        var soFar = context.PartialResult.ShouldNotBeNull()();
        ShouldAddUp(soFar);
        soFar.Count("failed").ShouldBe(2);
        soFar.Count("blobsDeleted").ShouldBe(20);
        batches.Count.ShouldBe(2);
        (await BlobNamesAsync()).Length.ShouldBe(Blobs + 1 - 20);
    }

    [Fact]
    public async Task Run_AfterADeadRun_FinishesTheWork()
    {
        for (var i = 0; i < 5; i++)
        {
            await UploadAsync($"temp/folder/{i}", Old);
        }

        var dying = new CrashPolicy(From(3, IsDelete));
        await Should.ThrowAsync<InvalidOperationException>(
            () => NewSequentialTask(maxBatchSize: 2, policies: dying).RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation));
        dying.Died.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldHaveSingleItem();

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Count("deleted").ShouldBe(1);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    private async Task BeginOperationLaterAsync(FakeTimeProvider time, string workPath)
    {
        await StartOperationAsync(workPath);
        time.Advance(TimeSpan.FromSeconds(16));
    }
}
