using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class RegistrationTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Orphan_WithoutChecksum_IsRegisteredWithAllColumns()
    {
        await UploadAsync("storage/prod/nightly/db.encrypted", Old, "the content");
        var blob = (await Storage.Backups.GetBlobClient("storage/prod/nightly/db.encrypted").GetPropertiesAsync(cancellationToken: Cancellation)).Value;

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=1 registered=1");
        result.Bytes.ShouldBe([new("registered", 11)]);
        var row = await BackupAsync(BlobKey.Of("storage/prod/nightly/db.encrypted").RowKey);
        row.GetString("Status").ShouldBe("completed");
        row.GetString("Type").ShouldBe("full");
        row.GetString("Configuration").ShouldBe("prod");
        row.GetString("Name").ShouldBe("nightly/db.encrypted");
        row.GetString("BlobName").ShouldBe("storage/prod/nightly/db.encrypted");
        row.GetInt64("SizeBytes").ShouldBe(11);
        row.GetString("Sha256").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("the content"))));
        row.GetDateTimeOffset("CreatedAt").ShouldBe(blob.CreatedOn);
        row.GetDateTimeOffset("CompletedAt").ShouldBe(blob.LastModified);
        row.GetString("CreatedBy").ShouldBe("rebuild_backup_paths");
    }

    [Theory]
    [InlineData("2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09.1234567Z")]
    [InlineData("2024-05-06T07:08:09+02:00", "2024-05-06T05:08:09Z")]
    [InlineData("2024-05-06T07:08:09", null)]
    [InlineData("1970-01-01T00:00:00Z", null)]
    [InlineData("2099-01-01T00:00:00Z", null)]
    [InlineData("1714979289", null)]
    public async Task Orphan_WithTheTimeOfTheFileInMetadata_HasThatTime(string mtime, string? expected)
    {
        await UploadAsync("storage/prod/a.zip", Old, metadata: new Dictionary<string, string> { ["Mtime"] = mtime });
        var blob = (await Storage.Backups.GetBlobClient("storage/prod/a.zip").GetPropertiesAsync(cancellationToken: Cancellation)).Value;

        await RunAsync();

        var row = (await BackupsAsync()).ShouldHaveSingleItem();
        DateTimeOffset? made = expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture);
        row.GetDateTimeOffset("CompletedAt").ShouldBe(made ?? blob.LastModified);
        row.GetDateTimeOffset("CreatedAt").ShouldBe(made ?? blob.CreatedOn);
        row.GetDateTimeOffset("StartedAt").ShouldBe(made);
        RegisteredBackup.HasUploadTime(Operation.From(row)).ShouldBe(made is null);
    }

    [Fact]
    public async Task Orphan_WithChecksumInMetadata_IsNotDownloaded()
    {
        var checksum = new string('c', 64);
        await UploadAsync("storage/prod/a.zip", Old, metadata: new Dictionary<string, string> { ["sha256"] = checksum });
        var storage = NewStorage(RequestHook.Fail(RequestHook.IsDownload, 500, "Unwanted"));

        await RunAsync(storage: storage);

        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Sha256").ShouldBe(checksum);
    }

    [Fact]
    public async Task Orphan_WithAnInvalidChecksumInMetadata_IsHashed()
    {
        await UploadAsync("storage/prod/a.zip", Old, "x", new Dictionary<string, string> { ["sha256"] = "unknown" });

        await RunAsync();

        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Sha256").ShouldBe(Convert.ToHexStringLower(SHA256.HashData("x"u8)));
    }

    [Fact]
    public async Task Orphan_WithUserId_RecordsTheUserAsCreator()
    {
        await UploadAsync("storage/a.zip", Old);

        await RunAsync(new RebuildBackupPathsOptions { UserId = "17" });

        var row = (await BackupsAsync()).ShouldHaveSingleItem();
        row.GetString("CreatedBy").ShouldBe("17");
        row.GetString("Configuration").ShouldBe("");
        row.GetString("Name").ShouldBe("a.zip");
    }

    [Theory]
    [InlineData("storage/with space/a b.zip")]
    [InlineData("storage/q'uote\"s/100% #1?&+.zip")]
    [InlineData("storage/été/日本 🎉.zip")]
    [InlineData("storage/prod/a%20b.zip")]
    public async Task Orphan_WithAnUnusualName_IsRegisteredOnce(string name)
    {
        await UploadAsync(name, Old);

        var first = await RunAsync();
        var second = await RunAsync();

        Counts(first).ShouldBe("blobs=1 registered=1");
        Counts(second).ShouldBe("blobs=1 records=1");
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("BlobName").ShouldBe(name);
    }

    [Fact]
    public async Task Orphan_WithTheLongestName_IsRegistered()
    {
        var name = ("storage/" + string.Concat(Enumerable.Repeat("été/", 255)))[..1019] + "x.zip";
        await UploadAsync(name, Old);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 registered=1");
    }

    [Fact]
    public async Task Upload_WithinTheGracePeriod_IsInFlight()
    {
        await UploadAsync("storage/prod/fresh.zip", TimeSpan.FromMinutes(50));
        await UploadAsync("storage/prod/over.zip", TimeSpan.FromMinutes(70));

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=2 registered=1 inFlight=1");
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("BlobName").ShouldBe("storage/prod/over.zip");
    }

    [Fact]
    public async Task Upload_WithoutGracePeriod_IsRegistered()
    {
        await UploadAsync("storage/prod/fresh.zip");

        Counts(await RunAsync(settings: new BackupSettings { Grace = TimeSpan.Zero })).ShouldBe("blobs=1 registered=1");
    }

    [Theory]
    [InlineData("backup", "running", "blobs=1 records=1 inFlight=1")]
    [InlineData("backup", "pending", "blobs=1 records=1 inFlight=1")]
    [InlineData("restore", "running", "blobs=1 inFlight=1")]
    [InlineData("restore", "failed", "blobs=1 registered=1")]
    public async Task Upload_OfALiveOperation_IsInFlight(string kind, string status, string counts)
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await AddOperationAsync(kind, "1", ("Status", status), ("BlobName", "storage/prod/a.zip"));

        Counts(await RunAsync()).ShouldBe(counts);
    }

    [Fact]
    public async Task Blobs_WithOtherExtensionsOrFolders_AreNotRegistered()
    {
        await UploadAsync("storage/prod/notes.txt", Old);
        await UploadAsync("storage/prod/noending", Old);
        await UploadAsync("uploads/a.zip", Old);
        await UploadAsync("temp/a.zip", Old);
        await UploadAsync("storage.zip", Old);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=2 ignored=2");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Extensions_Set_ReplaceTheDefault()
    {
        await UploadAsync("storage/prod/a.BAK", Old);
        await UploadAsync("storage/prod/a.zip", Old);

        var result = await RunAsync(settings: new BackupSettings { Extensions = [".bak"] });

        Counts(result).ShouldBe("blobs=2 registered=1 ignored=1");
    }
}
