using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Records that <c>sync_django</c> marked because they had neither a file nor a blob.</summary>
public sealed class MarkedBackupTests(AzuriteServer server) : RebuildTest(server)
{
    private const string Blob = "storage/prod/a.zip";

    [Theory]
    [InlineData(7L)]
    [InlineData(null)]
    public async Task Completed_WhoseBlobExists_LosesTheMark(long? size)
    {
        await UploadAsync(Blob, Old);
        await MarkAsync("completed", size);

        Counts(await RunAsync(new() { DryRun = true })).ShouldBe("blobs=1 records=1 healed=1");
        (await BackupAsync("1"))["FileMissing"].ShouldBe(true);
        (await IsOverdueAsync()).ShouldBeTrue();
        var before = await BackupAsync("1");
        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1 healed=1");
        Items.Select(item => $"{item.Decision} {item.Reason}").ShouldBe(["heal returned", "heal returned"]);
        var row = await BackupAsync("1");
        row.ContainsKey("FileMissing").ShouldBeFalse();
        foreach (var column in before.Keys.Except(["FileMissing", "Timestamp", "odata.etag"]))
        {
            row[column].ShouldBe(before[column], column);
        }

        (await IsOverdueAsync()).ShouldBeFalse();
        var healed = (await AuditedAsync())[^1];
        $"{healed["action"]} {healed["target"]} {healed["result"]} {healed["before"]} {healed["after"]}".ShouldBe(
            "heal backup/1 healed FileMissing completed");
        Counts(await RunAsync()).ShouldBe("blobs=1 records=1");
    }

    [Theory]
    [InlineData("of another size", "blobs=1 records=1 mismatched=1")]
    [InlineData("empty", "blobs=1 records=1")]
    public async Task Completed_WhoseBlobIsNotTheBackup_KeepsTheMark(string what, string counts)
    {
        await UploadAsync(Blob, Old, what == "empty" ? "" : "other content");
        await MarkAsync("completed", what == "empty" ? null : 7);

        var result = await RunAsync();

        Counts(result).ShouldBe(counts);
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/1");
        (await BackupAsync("1"))["FileMissing"].ShouldBe(true);
    }

    [Fact]
    public async Task Completed_WhoseBlobIsDeletedJustBefore_KeepsTheMark()
    {
        await UploadAsync(Blob, Old);
        await MarkAsync("completed", 7);
        var storage = NewStorage(RequestHook.Once(RequestHook.IsHead, () => Storage.Backups.DeleteBlobAsync(Blob, cancellationToken: Cancellation)));

        Counts(await RunAsync(storage: storage)).ShouldBe("blobs=1 records=1");

        (await BackupAsync("1"))["FileMissing"].ShouldBe(true);
    }

    [Fact]
    public async Task Completed_WithoutBlob_BecomesMissingAndLosesTheMarkWhenItIsBack()
    {
        await MarkAsync("completed", 7);
        Counts(await RunAsync()).ShouldBe("records=1 missing=1");
        await UploadAsync(Blob, Old);

        Counts(await RunAsync()).ShouldBe("blobs=1 records=1 healed=1");

        var row = await BackupAsync("1");
        (row["Status"], row["Odd"]).ShouldBe(("completed", 3.5));
        (row.ContainsKey("FileMissing") || row.Has("ErrorMessage")).ShouldBeFalse();
        (await IsOverdueAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("file_missing")]
    [InlineData("pruned")]
    public async Task Ended_WhoseNameHasANewBackup_LosesTheMark(string status)
    {
        await UploadAsync(Blob, Old);
        await MarkAsync(status, size: status == "pruned" ? 9 : null);

        Counts(await RunAsync()).ShouldBe("blobs=1 records=1 healed=1");

        Items.ShouldHaveSingleItem().Reason.ShouldBe("replaced");
        (await BackupAsync("1")).ContainsKey("FileMissing").ShouldBeFalse();
        (await IsOverdueAsync()).ShouldBeFalse();
    }

    private Task MarkAsync(string status, long? size) => AddOperationAsync(
        OperationKind.Backup,
        "1",
        ("Status", status),
        ("Configuration", "prod"),
        ("BlobName", Blob),
        ("SizeBytes", size),
        ("CompletedAt", TimeProvider.System.GetUtcNow().AddHours(-3)),
        ("FileMissing", true),
        ("Odd", 3.5));

    private async Task<bool> IsOverdueAsync()
    {
        var ages = new ExpectedAges(TimeSpan.FromHours(26), new Dictionary<string, TimeSpan>());
        return (await BackupTally.ReadAsync(Storage, ages, TimeProvider.System.GetUtcNow(), Cancellation)).ShouldHaveSingleItem().IsOverdue;
    }
}
