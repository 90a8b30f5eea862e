using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Storage;

public sealed class BlobListingTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Blobs_OfManyPages_EqualTheListingOfTheClient()
    {
        string[] names =
        [
            "temp/a b", "temp/a#b", "temp/100%", "temp/été ☃", "temp/it's?", "temp//double", "temp/folder/", "temp/a+b&c=d<e>", "temp/😀",
            "other",
        ];
        foreach (var name in names)
        {
            await UploadAsync(name, content: name, metadata: new Dictionary<string, string> { ["Key"] = "value" });
        }

        var listed = await Storage.BackupListing.BlobsAsync(new ListingQuery("temp/", PageSize: 2, WithMetadata: true), Cancellation).ToListAsync(Cancellation);

        var expected = await Storage.Backups.GetBlobsAsync(
            global::Azure.Storage.Blobs.Models.BlobTraits.Metadata, global::Azure.Storage.Blobs.Models.BlobStates.None, "temp/", Cancellation)
            .ToListAsync(Cancellation);
        listed.Select(blob => (blob.Name, blob.ETag, blob.LastModified, blob.CreatedOn, blob.Bytes))
            .ShouldBe(expected.Select(item => (
                item.Name, item.Properties.ETag!.Value, item.Properties.LastModified!.Value, item.Properties.CreatedOn, item.Properties.ContentLength!.Value)));
        listed.ShouldAllBe(blob => blob.Metadata!["key"] == "value");
    }

    [Fact]
    public async Task Pages_WhileOneIsProcessed_OnlyTheNextIsPrefetched()
    {
        for (var i = 0; i < 4; i++)
        {
            await UploadAsync($"temp/{i}");
        }

        var requests = new CountingPolicy();
        await using var pages = NewStorage(requests).BackupListing.PagesAsync(new ListingQuery("temp/", PageSize: 1), Cancellation)
            .GetAsyncEnumerator(Cancellation);

        await pages.MoveNextAsync();
        await requests.WaitForAsync(2, Cancellation);
        await pages.MoveNextAsync();
        await requests.WaitForAsync(3, Cancellation);

        requests.Count.ShouldBe(3);
        pages.Current.Blobs.ShouldHaveSingleItem().Name.ShouldBe("temp/1");
        pages.Current.ServiceTime.ShouldNotBeNull();
    }

    [Fact]
    public async Task Pages_FromTheMarkerOfAPage_StartWithThatPage()
    {
        for (var i = 0; i < 5; i++)
        {
            await UploadAsync($"temp/{i}");
        }

        var query = new ListingQuery("temp/", PageSize: 2);
        var pages = await Storage.BackupListing.PagesAsync(query, Cancellation).ToListAsync(Cancellation);

        var again = await Storage.BackupListing.BlobsAsync(query with { Marker = pages[0].Next }, Cancellation).ToListAsync(Cancellation);

        again.Select(blob => blob.Name).ShouldBe(["temp/2", "temp/3", "temp/4"]);
    }

    [Fact]
    public async Task Pages_NoContainer_ThrowsItsErrorCode()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        var thrown = await Should.ThrowAsync<RequestFailedException>(
            async () => await Storage.BackupListing.BlobsAsync(new ListingQuery("temp/"), Cancellation).ToListAsync(Cancellation));

        thrown.ErrorCode.ShouldBe("ContainerNotFound");
    }

    [Fact]
    public async Task Pages_ResponseLost_IsRetried()
    {
        await UploadAsync("temp/x");
        var lost = new LostResponsePolicy(_ => true);

        var listed = await NewStorage(lost).BackupListing.BlobsAsync(new ListingQuery("temp/"), Cancellation).ToListAsync(Cancellation);

        lost.Met.ShouldBeTrue();
        listed.ShouldHaveSingleItem();
    }
}
