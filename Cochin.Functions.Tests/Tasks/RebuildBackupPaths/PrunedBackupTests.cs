using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Records of backups that were pruned, or that a run began to prune.</summary>
public sealed class PrunedBackupTests(AzuriteServer server) : RebuildTest(server)
{
    private const string Blob = "storage/prod/a.zip";

    [Fact]
    public async Task Completed_WhosePruningWasBegun_BecomesPrunedAndNotMissing()
    {
        await UploadAsync("storage/prod/other.zip", Old);
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", Blob), ("PruneStartedAt", TimeProvider.System.GetUtcNow()));
        await AddOperationAsync(
            "backup",
            "2",
            ("Status", "completed"),
            ("BlobName", "storage/prod/other.zip"),
            ("PruneStartedAt", TimeProvider.System.GetUtcNow()));

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=2");
        var row = (await Storage.Operations.FindAsync("backup", "1", Cancellation)).ShouldNotBeNull();
        row["Status"].ShouldBe("pruned");
        row.ContainsKey("PrunedAt").ShouldBeTrue();
        (await StatusAsync("2")).ShouldBe("completed", "its blob is there, so the next run of prune_backups decides");
    }

    [Fact]
    public async Task Pruned_WhoseBlobCameBack_IsHealedAndForgetsThatItWasPruned()
    {
        var now = TimeProvider.System.GetUtcNow();
        await UploadAsync(Blob, Old);
        await AddOperationAsync("backup", "1", ("Status", "pruned"), ("BlobName", Blob), ("PruneStartedAt", now), ("PrunedAt", now), ("Odd", 3.5));
        await AddOperationAsync("backup", "2", ("Status", "pruned"), ("BlobName", "storage/prod/gone.zip"), ("PrunedAt", now));

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=2 healed=1");
        var row = (await Storage.Operations.FindAsync("backup", "1", Cancellation)).ShouldNotBeNull();
        row["Status"].ShouldBe("completed");
        row["Odd"].ShouldBe(3.5);
        row.Keys.ShouldNotContain("PruneStartedAt");
        row.Keys.ShouldNotContain("PrunedAt");
        (await StatusAsync("2")).ShouldBe("pruned");
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("running")]
    public async Task Pruned_WhoseNameANewerBackupHas_StaysPruned(string status)
    {
        await UploadAsync(Blob, Old);
        await AddOperationAsync("backup", "1", ("Status", "pruned"), ("BlobName", Blob));
        await AddOperationAsync("backup", "2", ("Status", status), ("BlobName", Blob));

        Count(await RunAsync(), "healed").ShouldBe(0);
        (await StatusAsync("1")).ShouldBe("pruned");
    }
}
