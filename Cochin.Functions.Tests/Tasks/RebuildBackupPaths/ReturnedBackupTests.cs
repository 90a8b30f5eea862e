using System.Security.Cryptography;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Records that were marked as missing, and whose name has a blob again.</summary>
public sealed class ReturnedBackupTests(AzuriteServer server) : RebuildTest(server)
{
    private const string Blob = "storage/prod/a.zip";

    private static readonly string Content = Convert.ToHexStringLower(SHA256.HashData("content"u8));

    [Theory]
    [InlineData("no size, written since", "replaced")]
    [InlineData("no size, not written since", "returned")]
    [InlineData("no size or time", "replaced")]
    [InlineData("no size, a time in the future", "replaced")]
    [InlineData("no size, same checksum, written since", "returned")]
    [InlineData("same size, written since", "returned")]
    [InlineData("same size, other checksum, written since", "replaced")]
    [InlineData("same size, other checksum in metadata, written since", "replaced")]
    [InlineData("same size, same checksum, written since", "returned")]
    public async Task FileMissing_WhoseNameHasABlob_DescribesTheBackupThatItIs(string what, string reason)
    {
        var now = TimeProvider.System.GetUtcNow();
        var metadata = what.Contains("metadata") ? new Dictionary<string, string> { ["sha256"] = new('c', 64) } : null;
        await UploadAsync(Blob, Old, metadata: metadata);
        var blob = (await Storage.Backups.GetBlobClient(Blob).GetPropertiesAsync(cancellationToken: Cancellation)).Value;
        DateTimeOffset? made = what.Contains("or time") ? null
            : what.Contains("not written") ? now
            : what.Contains("future") ? now.AddYears(1)
            : now.AddDays(-60);
        await AddOperationAsync(
            "backup",
            "1",
            ("Status", "file_missing"),
            ("BlobName", Blob),
            ("SizeBytes", what.StartsWith("no size", StringComparison.Ordinal) ? null : 7L),
            ("Sha256", what.Contains("other checksum") ? new string('a', 64) : what.Contains("same checksum") ? Content : null),
            ("CompletedAt", made),
            ("CreatedBy", "7"),
            ("ErrorMessage", "gone"),
            ("Odd", 3.5));

        Counts(await RunAsync(new() { DryRun = true })).ShouldBe("blobs=1 records=1 healed=1");
        (await StatusAsync("1")).ShouldBe("file_missing");
        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1 healed=1");
        Items.Count(item => item.Reason == reason).ShouldBe(2);
        var isNew = reason == "replaced";
        result.Warnings.Count(warning => warning.Contains("backup/1, storage/prod/a.zip")).ShouldBe(isNew ? 1 : 0);
        var row = await BackupAsync("1");
        (row["Status"], row["Odd"]).ShouldBe(("completed", 3.5));
        (row.GetString("ErrorMessage") ?? "").ShouldBeEmpty();
        row.GetDateTimeOffset("CompletedAt").ShouldBe(isNew ? blob.LastModified : made);
        row.GetString("CreatedBy").ShouldBe(isNew ? "rebuild_backup_paths" : "7");
        if (isNew)
        {
            (row.GetInt64("SizeBytes"), row.GetString("Sha256")).ShouldBe((7L, metadata?["sha256"] ?? Content));
        }

        Counts(await RunAsync()).ShouldBe("blobs=1 records=1");
    }

    [Fact]
    public async Task FileMissing_WithAnUnreadableSize_IsReportedAndNotHealed()
    {
        await UploadAsync(Blob, Old);
        await AddOperationAsync("backup", "1", ("Status", "file_missing"), ("BlobName", Blob), ("SizeBytes", Guid.Empty));

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/1: its SizeBytes can't be read");
        (await StatusAsync("1")).ShouldBe("file_missing");
    }

    [Fact]
    public async Task FileMissing_WhoseNameHasAYoungBlob_WaitsForTheRecordOfTheApplication()
    {
        await UploadAsync(Blob, TimeSpan.FromMinutes(50));
        await AddBackupAsync("1", "file_missing", Blob);

        Count(await RunAsync(), "healed").ShouldBe(0);

        (await StatusAsync("1")).ShouldBe("file_missing");
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("running")]
    public async Task FileMissing_WhoseNameANewerBackupHas_StaysMissing(string status)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("1", "file_missing", Blob);
        await AddBackupAsync("2", status, Blob);

        Count(await RunAsync(), "healed").ShouldBe(0);

        (await StatusAsync("1")).ShouldBe("file_missing");
    }
}
