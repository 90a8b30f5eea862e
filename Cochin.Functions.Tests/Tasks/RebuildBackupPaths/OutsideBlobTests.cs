using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Records of blobs outside <c>storage/</c>, which the listing does not cover.</summary>
public sealed class OutsideBlobTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData("uploads/e\u03011.zip", "uploads/\u00e91.zip")]
    [InlineData("uploads/\u00e91.zip", "uploads/e\u03011.zip")]
    [InlineData("uploads/p%20q.zip", "uploads/p q.zip")]
    [InlineData("uploads//q.zip", "uploads/q.zip")]
    [InlineData("./uploads/q.zip", "uploads/q.zip")]
    [InlineData("\"uploads/q.zip\"", "uploads/q.zip")]
    [InlineData("\"storage/q.txt\"", "storage/q.txt")]
    [InlineData("CONTAINER/uploads/q.zip", "uploads/q.zip")]
    public async Task Record_SpelledDifferentlyWithOneBlob_IsCorrectAndHealed(string written, string blobName)
    {
        written = written.Replace("CONTAINER", Storage.Backups.Uri.ToString(), StringComparison.Ordinal);
        await UploadAsync(blobName, Old);
        await AddBackupAsync("1", OperationStatus.Completed, written, 7);

        var first = await RunAsync();

        Count(first, "missing").ShouldBe(0);
        first.Warnings.ShouldHaveSingleItem().ShouldStartWith("A record has another spelling of its blob's name, which was recognized");
        (await StatusAsync("1")).ShouldBe("completed");

        await AddBackupAsync("1", OperationStatus.FileMissing, written, 7);
        Count(await RunAsync(), "healed").ShouldBe(1);
        (await StatusAsync("1")).ShouldBe("completed");
    }

    [Theory]
    [InlineData("Uploads/c.zip", "uploads/c.zip")]
    [InlineData("Uploads/c.zip", "uploads/C.zip")]
    [InlineData("legacy/C.ZIP", "Legacy/c.zip")]
    [InlineData("legacy/a+b.zip", "legacy/a b.zip")]
    [InlineData("uploads/p%2520q.zip", "uploads/p q.zip")]
    [InlineData("uploads/a.zip", "uploads%2Fa.zip")]
    [InlineData("uploads/a.zip?sv=2025-01-01", "uploads/a.zip")]
    [InlineData("uploads/a.zip;uploads/b.zip", "uploads/a.zip")]
    [InlineData("storage/a.txt;storage/b.txt", "storage/a.txt")]
    [InlineData("legacy/../storage/a.txt", "storage/a.txt")]
    [InlineData("storage/a.txt?sv=2025-01-01", "storage/a.txt")]
    public async Task Record_PerhapsOfABlob_IsReportedAndNotMarked(string written, string blobName)
    {
        await UploadAsync(blobName, Old);
        await AddBackupAsync("1", OperationStatus.Completed, written);

        var result = await RunAsync();

        Count(result, "missing").ShouldBe(0);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/1: its BlobName ");
        (await StatusAsync("1")).ShouldBe("completed");
    }

    [Fact]
    public async Task Records_OfOneBlobInTwoSpellings_AreReportedAndNotMarked()
    {
        await UploadAsync("legacy/a b.zip", Old);
        await AddBackupAsync("1", OperationStatus.Completed, "legacy/a%20b.zip");
        await AddBackupAsync("2", OperationStatus.Completed, "legacy//a b.zip");

        var result = await RunAsync();

        Counts(result).ShouldBe("records=2");
        result.Warnings.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("uploads/\u00e91.zip")]
    [InlineData("uploads/p%20q.zip")]
    [InlineData("nowhere/x.zip")]
    public async Task Record_BlobMissingInAllSpellings_IsMarked(string written)
    {
        await UploadAsync("uploads/other.zip", Old);
        await AddBackupAsync("1", OperationStatus.Completed, written);

        Counts(await RunAsync()).ShouldBe("records=1 missing=1");
    }

    [Fact]
    public async Task Records_OfOneFolder_TakeOneListing()
    {
        // The work starts 15 minutes after the rows were written.
        await UploadAsync("legacy/there.zip", Old);
        await AddBackupsAsync(12, i => i < 9 ? "legacy/there.zip" : $"legacy/gone{i}.zip");
        var listings = new CountingPolicy(request => RequestHook.IsListing(request) && request.Uri.Query.Contains("prefix=legacy", StringComparison.Ordinal));

        var result = await RunAsync(storage: NewStorage(listings, new ClockSkewPolicy(TimeSpan.FromMinutes(15))));

        Counts(result).ShouldBe("records=12 missing=3");
        listings.Count.ShouldBe(1);
    }
}
