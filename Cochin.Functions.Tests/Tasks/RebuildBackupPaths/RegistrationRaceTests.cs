using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Changes by the application or another run while backups without a record are registered.</summary>
public sealed class RegistrationRaceTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Record_WrittenAfterTheIndexWasRead_IsNotDuplicated()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(RequestHook.Once(RequestHook.IsDownload, () => AddBackupAsync("app", "completed", "storage/prod/a.zip")));

        var result = await RunAsync(storage: storage);

        Count(result, "registered").ShouldBe(0);
        (await BackupsAsync()).ShouldHaveSingleItem().RowKey.ShouldBe("app");
    }

    [Fact]
    public async Task Record_WrittenBetweenTheLastReadAndTheInsert_IsTheOneKept()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(RequestHook.Once(RequestHook.IsHead, () => AddBackupAsync("app", "completed", "storage/prod/a.zip")));

        var result = await RunAsync(storage: storage);

        Count(result, "registered").ShouldBe(0);
        (await BackupsAsync()).ShouldHaveSingleItem().RowKey.ShouldBe("app");
        (await AuditedAsync()).Select(line => $"{line["action"]} {line["result"]}")
            .ShouldBe(["register planned", "register registered", "unregister planned", "unregister unregistered"]);
    }

    [Fact]
    public async Task Duplicate_ChangedBeforeItIsRemoved_IsKeptAndReported()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(
            RequestHook.Once(RequestHook.IsHead, () => AddBackupAsync("app", "completed", "storage/prod/a.zip")),
            RequestHook.Once(request => request.Method == RequestMethod.Delete, ChangeOursAsync));

        var result = await RunAsync(storage: storage);

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Error.ShouldNotBeNull().ShouldContain("delete that row");
        (await BackupsAsync()).Count.ShouldBe(2);

        async Task ChangeOursAsync()
        {
            var ours = (await BackupsAsync()).Single(row => row.RowKey != "app");
            await Storage.Operations.UpdateEntityAsync(
                new TableEntity(ours.PartitionKey, ours.RowKey) { ["Name"] = "renamed" }, ETag.All, cancellationToken: Cancellation);
        }
    }

    [Fact]
    public async Task Orphan_ClaimedAfterTheIndexWasRead_IsInFlight()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(
            RequestHook.Once(RequestHook.IsDownload, () => AddOperationAsync("restore", "1", ("Status", "running"), ("BlobName", "storage/prod/a.zip"))));

        Counts(await RunAsync(storage: storage)).ShouldBe("blobs=1 inFlight=1");
    }

    [Fact]
    public async Task Orphan_OverwrittenBeforeItIsHashed_IsInFlightWithoutARequest()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(
            RequestHook.Once(RequestHook.IsDownload, () => UploadAsync("storage/prod/a.zip", content: "new")),
            RequestHook.Fail(RequestHook.IsHead, 500, "Unwanted"));

        Counts(await RunAsync(storage: storage)).ShouldBe("blobs=1 inFlight=1");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Orphan_OverwrittenAfterItWasHashed_IsInFlight()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(RequestHook.Once(RequestHook.IsHead, () => UploadAsync("storage/prod/a.zip", content: "new")));

        Counts(await RunAsync(storage: storage)).ShouldBe("blobs=1 inFlight=1");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Orphan_DeletedAfterItWasHashed_GetsNoRecord()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(
            RequestHook.Once(RequestHook.IsHead, () => Storage.Backups.DeleteBlobAsync("storage/prod/a.zip", cancellationToken: Cancellation)));

        Counts(await RunAsync(storage: storage)).ShouldBe("blobs=1 inFlight=1");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Orphan_RegisteredByAnotherRunFirst_IsNotAFailure()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var storage = NewStorage(RequestHook.Once(RequestHook.IsInsert, () => RunAsync()));

        var result = await RunAsync(storage: storage);

        result.Outcome.ShouldBe(Outcome.Completed);
        Count(result, "registered").ShouldBe(0);
        (await BackupsAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Runs_AtTheSameTime_RegisterEachOrphanOnce()
    {
        await Parallel.ForAsync(0, 20, Cancellation, async (i, _) => await UploadAsync($"storage/prod/{i}.zip", Old));

        var results = await Task.WhenAll(
            Task.Run(() => RunAsync(), Cancellation),
            Task.Run(() => RunAsync(), Cancellation));

        results.ShouldAllBe(result => result.Outcome == Outcome.Completed);
        results.Sum(result => Count(result, "registered")).ShouldBe(20);
        (await BackupsAsync()).Select(row => row.GetString("BlobName")).ToHashSet().Count.ShouldBe(20);
        (await BackupsAsync()).Count.ShouldBe(20);
    }
}
