using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>A file whose blob exists already.</summary>
public sealed class FileComparisonTests(AzuriteServer server) : FilesTest(server)
{
    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(Large)]
    public async Task NewerFile_WithAnotherContent_ReplacesTheBlobAndKeepsItsOtherMetadata(int length)
    {
        await UploadBlobAsync(Name, Random(10), ("protected", "true"), ("SHA256", Sha256(Random(10))));
        Write(Name, Random(length, seed: 2), Future);

        (await RunOneAsync(FileOutcome.Uploaded)).Sha256.ShouldBe(Sha256(Random(length, seed: 2)));

        (await BlobAsync(Name)).ShouldBe(Random(length, seed: 2));
        var metadata = (await PropertiesAsync(Name)).Metadata;
        metadata.Keys.Order(StringComparer.Ordinal).ShouldBe(["mtime", "protected", "sha256"]);
        metadata["protected"].ShouldBe("true");
        metadata["sha256"].ShouldBe(Sha256(Random(length, seed: 2)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    public async Task OlderFile_WithAnotherContent_IsAConflict(int length)
    {
        await UploadBlobAsync(Name, Random(10), ("sha256", Sha256(Random(10))));
        Write(Name, Random(length, seed: 2));
        var writes = new CountingPolicy(IsWrite);

        var state = await RunOneAsync(FileOutcome.Conflict, NewStorage(writes));

        state.Problem.ShouldNotBeNull().ShouldContain("its blob, which is newer");
        writes.Count.ShouldBe(0);
        (await BlobAsync(Name)).ShouldBe(Random(10));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("1980-01-01T00:00:00Z")]
    public async Task OlderFile_WithAnotherContentThanABlobWithAPlaceholderTime_IsAConflict(string mtime)
    {
        await UploadBlobAsync(Name, Random(10), ("mtime", mtime));
        Write(Name, Random(11, seed: 2));

        await RunOneAsync(FileOutcome.Conflict);

        (await BlobAsync(Name)).ShouldBe(Random(10));
    }

    [Fact]
    public async Task OlderFile_WithAnotherContentThanABlobWithoutAChecksum_ReadsTheBlobOnce()
    {
        await UploadBlobAsync(Name, Random(10), ("protected", "true"));
        Write(Name, Random(10, seed: 2));
        var reads = new CountingPolicy(request => IsBackup(request) && request.Method == RequestMethod.Get);
        await RunOneAsync(FileOutcome.Conflict, dryRun: true);
        (await PropertiesAsync(Name)).Metadata.ShouldHaveSingleItem();

        await RunOneAsync(FileOutcome.Conflict, NewStorage(reads));
        await RunOneAsync(FileOutcome.Conflict, NewStorage(reads));

        reads.Count.ShouldBe(1);
        // Without mtime, because the time of the file that the blob was made from is not known.
        (await PropertiesAsync(Name)).Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .ShouldBe([new("protected", "true"), new("sha256", Sha256(Random(10)))]);
    }

    [Fact]
    public async Task File_ChangedInTheSecondOfTheBlob_IsAConflict()
    {
        await UploadBlobAsync(Name, Random(10));
        Write(Name, Random(10, seed: 2), (await PropertiesAsync(Name)).LastModified.UtcDateTime.AddMilliseconds(300));

        await RunOneAsync(FileOutcome.Conflict);
    }

    [Fact]
    public async Task UploadedFile_ChangedLater_IsUploadedAgainAlthoughTheUploadWasLater()
    {
        // The application wrote the second version right after the first one was read.
        Write(Name, Random(10));
        await RunOneAsync(FileOutcome.Uploaded);
        Write(Name, Random(10, seed: 2), LongAgo.AddTicks(1));

        await RunOneAsync(FileOutcome.Uploaded);

        (await BlobAsync(Name)).ShouldBe(Random(10, seed: 2));
    }

    [Fact]
    public async Task UploadedFile_ReplacedByAnOlderOne_IsAConflict()
    {
        Write(Name, Random(10));
        await RunOneAsync(FileOutcome.Uploaded);
        Write(Name, Random(10, seed: 2), LongAgo.AddTicks(-1));

        await RunOneAsync(FileOutcome.Conflict);

        (await BlobAsync(Name)).ShouldBe(Random(10));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task UploadedFile_WithAnotherTimeOnly_IsComparedOnce(int ticks)
    {
        Write(Name, Random(10));
        await RunOneAsync(FileOutcome.Uploaded);
        File.SetLastWriteTimeUtc(PathOf(Name), LongAgo.AddTicks(ticks));
        var writes = new CountingPolicy(IsWrite);

        await RunOneAsync(FileOutcome.Unchanged, NewStorage(writes));
        writes.Count.ShouldBe(1, "the metadata");

        await RunOneAsync(FileOutcome.Unchanged, NewStorage(writes));
        writes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Blob_WithoutAChecksum_IsReadOnceAndGetsIt()
    {
        await UploadBlobAsync(Name, Random(10), ("protected", "true"));
        Write(Name, Random(10));
        var reads = new CountingPolicy(request => IsBackup(request) && request.Method == RequestMethod.Get);

        var state = await RunOneAsync(FileOutcome.Unchanged, NewStorage(reads));

        state.Sha256.ShouldBe(Sha256(Random(10)));
        reads.Count.ShouldBe(1);
        (await PropertiesAsync(Name)).Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal).ShouldBe(
            [new("mtime", "2026-09-01T04:05:06.1234567Z"), new("protected", "true"), new("sha256", Sha256(Random(10)))]);
        await RunOneAsync(FileOutcome.Unchanged, NewStorage(reads));
        reads.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Blob_WithAnInvalidChecksum_GetsTheRightOne()
    {
        await UploadBlobAsync(Name, Random(10), ("sha256", "unknown"));
        Write(Name, Random(10));

        await RunOneAsync(FileOutcome.Unchanged);

        (await PropertiesAsync(Name)).Metadata["sha256"].ShouldBe(Sha256(Random(10)));
    }

    [Fact]
    public async Task Blob_UploadedByRclone_IsNotRead()
    {
        await UploadBlobAsync(Name, Random(10), ("sha256", Sha256(Random(10))), ("mtime", "2026-09-01T06:05:06.1234567+02:00"));
        Write(Name, Random(10));
        var requests = new CountingPolicy();

        await RunOneAsync(FileOutcome.Unchanged, NewStorage(requests));

        requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task EmptyFile_OverABackup_IsAConflict()
    {
        await UploadBlobAsync(Name, Random(10));
        Write(Name, [], Future);

        var state = await RunOneAsync(FileOutcome.Conflict);

        state.Problem.ShouldBe("is empty, but its blob has 10 B, so it was not uploaded");
    }

    [Fact]
    public async Task DamagedFile_OverTheRecordedContent_IsAConflict()
    {
        await UploadBlobAsync(Name, Random(10), ("sha256", Sha256(Random(10))));
        Write(Name, Random(10, seed: 2), Future);

        var states = await RunAsync(recordOf: name => name == Name ? Stated(Random(10)) : default);

        states.ShouldHaveSingleItem().Outcome.ShouldBe(FileOutcome.Conflict);
        (await BlobAsync(Name)).ShouldBe(Random(10));
        await RunOneAsync(FileOutcome.Uploaded);
    }

    [Fact]
    public async Task DamagedFile_OverTheRecordedContentWithoutAChecksum_IsAConflict()
    {
        await UploadBlobAsync(Name, Random(10));
        Write(Name, Random(10, seed: 2), Future);

        var states = await RunAsync(recordOf: _ => Stated(Random(10)));

        states.ShouldHaveSingleItem().Outcome.ShouldBe(FileOutcome.Conflict);
        (await BlobAsync(Name)).ShouldBe(Random(10));
    }

    private static RecordedContent Stated(byte[] content) => new(Checksum.Parse(Sha256(content)));
}
