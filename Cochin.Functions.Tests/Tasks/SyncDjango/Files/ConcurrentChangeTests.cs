using Azure;
using Azure.Core;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>Blobs that another program changes or leases during a run.</summary>
public sealed class ConcurrentChangeTests(AzuriteServer server) : FilesTest(server)
{
    [Fact]
    public async Task Blob_ChangedBeforeItGetsItsChecksum_IsComparedAgain()
    {
        await UploadBlobAsync(Name, Random(10));
        Write(Name, Random(10));
        var race = new InterveningPolicy(
            request => request.Uri.Query.Contains("comp=metadata", StringComparison.Ordinal), () => UploadBlobAsync(Name, Random(10, seed: 2)));

        await RunOneAsync(FileOutcome.Unchanged, NewStorage(race));

        race.Met.ShouldBeTrue();
        (await PropertiesAsync(Name)).Metadata.ShouldBeEmpty("the checksum is that of another version");
        await RunOneAsync(FileOutcome.Conflict);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Large)]
    public async Task Blob_CreatedByAnotherProgramDuringTheUpload_IsNotOverwritten(int length)
    {
        Write(Name, Random(length));
        var race = new InterveningPolicy(IsCommit, () => UploadBlobAsync(Name, Random(20, seed: 2)));

        await RunOneAsync(FileOutcome.Conflict, NewStorage(race));

        race.Met.ShouldBeTrue();
        (await BlobAsync(Name)).ShouldBe(Random(20, seed: 2));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Large)]
    public async Task Blob_ChangedByAnotherProgramDuringTheUpload_IsComparedAgain(int length)
    {
        await UploadBlobAsync(Name, Random(5), ("protected", "false"));
        Write(Name, Random(length), Future);
        var race = new InterveningPolicy(IsCommit, () => UploadBlobAsync(Name, Random(6), ("protected", "true")));

        await RunOneAsync(FileOutcome.Uploaded, NewStorage(race));

        race.Met.ShouldBeTrue();
        (await BlobAsync(Name)).ShouldBe(Random(length));
        (await PropertiesAsync(Name)).Metadata["protected"].ShouldBe("true");
    }

    [Fact]
    public async Task Blob_ChangedAtEachAttempt_IsLeftToTheNextRun()
    {
        Write(Name, Random(10), Future);
        var race = new InterveningPolicy(IsCommit, () => UploadBlobAsync(Name, Random(6)), times: 10);

        (await RunOneAsync(FileOutcome.Changed, NewStorage(race))).Problem.ShouldNotBeNull().ShouldContain("another program is changing its blob");

        (await BlobAsync(Name)).ShouldBe(Random(6));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Large)]
    public async Task Blob_Leased_FailsOnlyThisFile(int length)
    {
        await UploadBlobAsync(Name, Random(5));
        await Storage.Backups.GetBlobClient(Name).GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: Cancellation);
        Write(Name, Random(length), Future);
        Write("storage/q/b.zip", Random(3));

        var states = await RunAsync();

        states.Select(state => state.Outcome).ShouldBe([FileOutcome.Failed, FileOutcome.Uploaded]);
        states[0].Problem.ShouldNotBeNull().ShouldContain("holds a lease on its blob");
        (await BlobAsync(Name)).ShouldBe(Random(5));
        await Storage.Backups.GetBlobClient(Name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Blob_LeasedWithTheSameContent_IsUnchanged()
    {
        await UploadBlobAsync(Name, Random(5));
        await Storage.Backups.GetBlobClient(Name).GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(-1), cancellationToken: Cancellation);
        Write(Name, Random(5));

        await RunOneAsync(FileOutcome.Unchanged);

        await Storage.Backups.GetBlobClient(Name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);
    }
}
