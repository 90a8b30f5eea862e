using Azure.Core;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Storage;

public sealed class DividedListingTests(AzuriteServer server) : StorageTest(server)
{
    private const int PageSize = 12;

    // Items with many blobs, with the name of another item, with spelling that requests encode, and the folder's own entry.
    private static readonly string[] BlobNames =
    [
        "temp/", "temp/x", "temp/x-1/a", "temp/x.txt", "temp/été/☃", "temp/a b/c+d&e", "temp/100%/a", "temp/😀/a", "temp/😁/a",
        .. Items("temp/!first", PageSize), .. Items("temp/x", 5), .. Items("temp/y1", 20), .. Items("temp/y2", 30), .. Items("temp/z/deep", 9),
        .. Enumerable.Range(0, 30).Select(i => $"temp/k{i:d2}/only"),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_LargeFolder_ReturnsEachBlobOnce(bool keepsItems)
    {
        await UploadAllAsync([.. BlobNames, .. Items("other/y1", 3)]);
        var firstLevels = new CountingPolicy(IsFirstLevel);

        var read = await ReadAsync(keepsItems, DividedListing.Concurrency, NewStorage(firstLevels));

        read.SelectMany(page => page.Page.Blobs).Select(blob => blob.Name).Order(StringComparer.Ordinal).ShouldBe(BlobNames.Order(StringComparer.Ordinal));
        firstLevels.Count.ShouldBeGreaterThan(0);
        read.Select(page => page.Part.Prefix).Distinct().Count().ShouldBeGreaterThan(4);
        read.Where(page => page.Part.Marker is not null).ShouldNotBeEmpty("some parts have several pages");
    }

    [Fact]
    public async Task Read_KeepingItems_HasEachItemInOnePart()
    {
        await UploadAllAsync(BlobNames);

        var read = await ReadAsync(keepsItems: true, DividedListing.Concurrency, Storage);

        read.Select(page => page.Part.Prefix).Distinct().Count().ShouldBeGreaterThan(4);
        var items = read.SelectMany(page => page.Page.Blobs.Select(blob => (Item: blob.Name.Split('/')[1], page.Part.Prefix)));
        items.Where(blob => blob.Item.Length > 0).GroupBy(blob => blob.Item)
            .ShouldAllBe(item => item.Select(blob => blob.Prefix).Distinct().Count() == 1);
    }

    [Fact]
    public async Task Read_KeepingAnItemWithoutName_IsNotDivided()
    {
        await UploadAllAsync([.. BlobNames, "temp//double"]);

        var read = await ReadAsync(keepsItems: true, DividedListing.Concurrency, Storage);

        read.ShouldAllBe(page => page.Part.Prefix == "temp/");
        read.Sum(page => page.Page.Blobs.Count).ShouldBe(BlobNames.Length + 1);
    }

    [Fact]
    public async Task Read_OneAtATime_IsInOrderAndNotDivided()
    {
        await UploadAllAsync(BlobNames);
        var firstLevels = new CountingPolicy(IsFirstLevel);

        var read = await ReadAsync(keepsItems: true, concurrency: 1, NewStorage(firstLevels));

        var sequential = await Storage.BackupListing.BlobsAsync(new ListingQuery("temp/"), Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);
        read.SelectMany(page => page.Page.Blobs).Select(blob => blob.Name).ShouldBe(sequential);
        firstLevels.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Read_OneFolderInFolder_DividesTheInnerOne()
    {
        string[] names = ["storage/1/", .. Items("storage/1/a", 15), .. Items("storage/1/b", 15)];
        await UploadAllAsync(names);

        var divided = new DividedListing(Storage.BackupListing, mayDivide: prefix => prefix.EndsWith('/'), keepsItems: false);
        var read = await divided.Read([new ListingQuery("storage/", PageSize)]).PagesAsync(Cancellation).ToListAsync(Cancellation);

        read.SelectMany(page => page.Page.Blobs).Select(blob => blob.Name).Order(StringComparer.Ordinal).ShouldBe(names.Order(StringComparer.Ordinal));
        read.Select(page => page.Part.Prefix).Distinct().Order(StringComparer.Ordinal).ShouldBe(["storage/", "storage/1/", "storage/1/a/", "storage/1/b/"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(DividedListing.Concurrency)]
    public async Task Read_SingleBlobs_IsNotDivided(int concurrency)
    {
        await UploadAllAsync([.. Enumerable.Range(0, 30).Select(i => $"temp/{i:d2}.zip")]);
        var requests = new CountingPolicy();

        await ReadAsync(keepsItems: true, concurrency, NewStorage(requests));

        requests.Count.ShouldBe(3);
    }

    private static IEnumerable<string> Items(string folder, int count) => Enumerable.Range(0, count).Select(i => $"{folder}/{i:d2}.bin");

    private static bool IsFirstLevel(Request request) => request.Uri.Query.Contains("delimiter=", StringComparison.Ordinal);

    private static async Task<List<PartPage<ListingQuery, ListedPage>>> ReadAsync(bool keepsItems, int concurrency, CochinStorage storage) =>
        await new DividedListing(storage.BackupListing, mayDivide: prefix => prefix == "temp/", keepsItems)
            .Read([new ListingQuery("temp/", PageSize)], concurrency)
            .PagesAsync(Cancellation)
            .ToListAsync(Cancellation);

    private Task UploadAllAsync(IEnumerable<string> names) =>
        Parallel.ForEachAsync(names, Cancellation, async (name, _) => await UploadAsync(name, content: "x"));
}
