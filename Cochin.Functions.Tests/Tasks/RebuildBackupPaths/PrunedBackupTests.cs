using System.Security.Cryptography;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Records of backups that were pruned, or that a run began to prune.</summary>
public sealed class PrunedBackupTests(AzuriteServer server) : RebuildTest(server)
{
    private const string Blob = "storage/prod/a.zip";

    private static readonly string Content = Convert.ToHexStringLower(SHA256.HashData("content"u8));

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

    [Theory]
    [InlineData("other size", "replaced")]
    [InlineData("other checksum", "replaced")]
    [InlineData("other checksum in metadata", "replaced")]
    [InlineData("no checksum, written since", "replaced")]
    [InlineData("no checksum, pruned at an unknown time", "replaced")]
    [InlineData("same checksum, written since", "returned")]
    [InlineData("no checksum, not written since", "returned")]
    public async Task Pruned_WhoseNameHasABlob_DescribesTheBackupThatItIs(string what, string reason)
    {
        var now = TimeProvider.System.GetUtcNow();
        var isKnown = !what.StartsWith("no checksum", StringComparison.Ordinal);
        var metadata = what.EndsWith("metadata", StringComparison.Ordinal) ? new Dictionary<string, string> { ["sha256"] = new('c', 64) } : null;
        await UploadAsync(Blob, Old, metadata: metadata);
        var blob = (await Storage.Backups.GetBlobClient(Blob).GetPropertiesAsync(cancellationToken: Cancellation)).Value;
        object? pruned = what switch
        {
            "no checksum, pruned at an unknown time" => "yesterday", "no checksum, not written since" => now, _ => now.AddDays(-30),
        };
        await AddOperationAsync(
            "backup",
            "1",
            ("Status", "pruned"),
            ("BlobName", Blob),
            ("SizeBytes", what == "other size" ? 9L : 7L),
            ("Sha256", !isKnown ? null : what.StartsWith("other checksum", StringComparison.Ordinal) ? new string('a', 64) : Content),
            ("CreatedAt", now.AddDays(-60)),
            ("StartedAt", now.AddDays(-60)),
            ("CompletedAt", now.AddDays(-60)),
            ("CreatedBy", "7"),
            ("PruneStartedAt", pruned),
            ("PrunedAt", pruned),
            ("VerifiedAt", now.AddDays(-50)),
            ("VerifiedETag", "0x1"),
            ("Damage", "is cut off"),
            ("Odd", 3.5));

        Counts(await RunAsync(new RebuildBackupPathsOptions { DryRun = true })).ShouldBe("blobs=1 records=1 healed=1");
        (await StatusAsync("1")).ShouldBe("pruned");
        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1 healed=1");
        Items.ShouldContain(item => item.Reason == reason);
        var row = await BackupAsync("1");
        (row["Status"], row["Odd"]).ShouldBe(("completed", 3.5));
        row.Keys.ShouldNotContain("PrunedAt");
        row.Keys.ShouldNotContain("PruneStartedAt");
        var isNew = reason == "replaced";
        (row.GetDateTimeOffset("CompletedAt") == blob.LastModified).ShouldBe(isNew);
        (row.GetDateTimeOffset("CreatedAt") == blob.CreatedOn).ShouldBe(isNew);
        row.ContainsKey("StartedAt").ShouldBe(!isNew);
        row.ContainsKey("VerifiedAt").ShouldBe(!isNew);
        row.ContainsKey("Damage").ShouldBe(!isNew);
        row.GetString("CreatedBy").ShouldBe(isNew ? "rebuild_backup_paths" : "7");
        row.GetString("Sha256").ShouldBe(metadata?["sha256"] ?? (isNew || isKnown ? Content : null));
        row.GetInt64("SizeBytes").ShouldBe(7);
        Counts(await RunAsync()).ShouldBe("blobs=1 records=1");
    }

    [Fact]
    public async Task Pruned_WhoseNameHasAYoungBlob_WaitsForTheRecordOfTheApplication()
    {
        await UploadAsync(Blob, TimeSpan.FromMinutes(50));
        await AddOperationAsync("backup", "1", ("Status", "pruned"), ("BlobName", Blob), ("SizeBytes", 9L));

        Count(await RunAsync(new RebuildBackupPathsOptions { DryRun = true }), "healed").ShouldBe(0);
        Count(await RunAsync(), "healed").ShouldBe(0);

        (await StatusAsync("1")).ShouldBe("pruned");
    }

    [Fact]
    public async Task Pruned_SeveralWithTheNameOfOneNewBlob_OnlyOneDescribesIt()
    {
        await UploadAsync(Blob, Old);
        await AddOperationAsync("backup", "1", ("Status", "pruned"), ("BlobName", Blob), ("SizeBytes", 8L));
        await AddOperationAsync("backup", "2", ("Status", "pruned"), ("BlobName", Blob), ("SizeBytes", 9L));

        Count(await RunAsync(), "healed").ShouldBe(1);
        Count(await RunAsync(), "healed").ShouldBe(0);
    }

    [Fact]
    public async Task Pruned_WhoseBlobIsOverwrittenWhileItIsRead_IsNotChanged()
    {
        await UploadAsync(Blob, Old);
        await AddOperationAsync("backup", "1", ("Status", "pruned"), ("BlobName", Blob), ("SizeBytes", 9L));
        var race = new InterveningPolicy(RequestHook.IsDownload, () => UploadAsync(Blob, content: "another"));

        await RunAsync(storage: NewStorage(race));

        race.Met.ShouldBeTrue();
        (await StatusAsync("1")).ShouldBe("pruned");
    }
}
