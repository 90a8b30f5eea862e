using Azure.Storage.Blobs.Models;
using Cochin.Functions.Backups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Backups;

public sealed class StoredBackupTests(AzuriteServer server) : BackupTest(server)
{
    [Theory]
    [InlineData("2")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a?b#c\\d")]
    [InlineData("it's")]
    [InlineData("%31")]
    public async Task Backup_UnknownId_IsAnError(string id)
    {
        await AddBackupAsync(1);

        var e = await Should.ThrowAsync<BackupException>(() => FindAsync(Storage, id));

        e.Code.ShouldBe("unknown_backup");
        e.Hint.ShouldContain("./cochin backups list");
    }

    [Fact]
    public async Task Backup_TableIsMissing_IsAnErrorThatNamesIt() =>
        (await Should.ThrowAsync<BackupException>(() => FindAsync(Storage))).Message.ShouldContain(Storage.Operations.Name);

    [Fact]
    public async Task Backup_IdOfARestore_NamesTheBackupThatItReads()
    {
        await AddOperationAsync("restore", "9", ("BackupId", "1"));

        var error = await Should.ThrowAsync<BackupException>(() => FindAsync(Storage, "9"));

        error.Message.ShouldBe("'9' is a restore, not a backup. Its source is the backup '1'.");
    }

    [Fact]
    public void Id_AsInTheAuditLog_IsRead() => BackupFinder.IdOf("backup/42").ShouldBe("42");

    [Fact]
    public async Task Backup_RowOfOldShape_IsFoundWithoutAChecksum()
    {
        await UploadAsync("storage/q/a.zip");
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/q/a.zip"));

        var found = await FindAsync(Storage);

        (found.Length, found.Sha256).ShouldBe((7, null));
        found.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Backup_ChecksumsDiffer_TheMetadataCountsAndTheRecordIsReported()
    {
        await UploadAsync("storage/q/a.zip", metadata: new Dictionary<string, string> { ["sha256"] = new('B', 64) });
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/q/a.zip"), ("Sha256", new string('a', 64)));

        var found = await FindAsync(Storage);

        found.Sha256.ShouldBe(new string('b', 64));
        found.Warnings.ShouldHaveSingleItem().ShouldContain("correct the record");
    }

    [Fact]
    public async Task Backup_CopiedWithAnotherChecksum_ThatOfTheApplicationCounts()
    {
        await UploadAsync("storage/q/a.zip", metadata: new Dictionary<string, string> { ["sha256"] = new('b', 64) });
        await AddOperationAsync(
            "backup", "1", ("Status", "completed"), ("SyncedStatus", "completed"), ("BlobName", "storage/q/a.zip"), ("Sha256", new string('a', 64)));

        (await FindAsync(Storage)).Sha256.ShouldBe(new string('a', 64));
    }

    [Fact]
    public async Task Backup_DamagedEmptyAndNotCompleted_HasAWarningForEach()
    {
        await UploadAsync("storage/q/a.zip", content: "");
        await AddOperationAsync(
            "backup",
            "1",
            ("Status", "failed"),
            ("BlobName", "storage/q/a.zip"),
            ("Damage", "is empty (0 bytes)"),
            ("DamagedAt", new DateTimeOffset(2026, 11, 1, 3, 0, 0, TimeSpan.Zero)));

        (await FindAsync(Storage)).Warnings.ShouldBe([
            "backup/1: its status is 'failed', not completed.",
            "backup/1: it is damaged: the backup is empty (0 bytes) (since 2026-11-01). If possible, restore another one.",
            "backup/1: it is empty (0 bytes).",
        ]);
    }

    [Theory]
    [InlineData("/app/backups/storage/q/a.zip")]
    [InlineData("./storage/q/a.zip")]
    [InlineData("storage/q/%61.zip")]
    public async Task BlobName_InAnotherForm_IsRecognised(string written)
    {
        await UploadAsync("storage/q/a.zip");
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", written));

        (await FindAsync(Storage)).Blob.Name.ShouldBe("storage/q/a.zip");
    }

    [Fact]
    public async Task BlobName_MayMeanTwoBlobs_IsAnErrorThatNamesBoth()
    {
        await UploadAsync("storage/q/caf\u00e9.zip");
        await UploadAsync("storage/q/cafe\u0301.zip");
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "/app/backups/storage/q/caf\u00e9.zip"));

        var e = await Should.ThrowAsync<BackupException>(() => FindAsync(Storage));

        e.Code.ShouldBe("ambiguous_blob");
        e.Message.ShouldContain("'storage/q/caf\u00e9.zip', 'storage/q/cafe\u0301.zip'");
    }

    [Theory]
    [InlineData("storage/q/gone.zip", "completed", "./cochin rebuild_backup_paths")]
    [InlineData("storage/q/gone.zip", "pruned", "./cochin backups list")]
    [InlineData("storage/../../other/a.zip", "completed", "./cochin rebuild_backup_paths")]
    [InlineData(null, "pending", "./cochin backups list")]
    [InlineData(5L, "completed", "./cochin backups list")]
    public async Task Blob_IsNotThere_SaysWhatToDo(object? name, string status, string hint)
    {
        await AddOperationAsync("backup", "1", ("Status", status), ("BlobName", name));

        var e = await Should.ThrowAsync<BackupException>(() => FindAsync(Storage));

        e.Code.ShouldBe("no_blob");
        e.Hint.ShouldContain(hint);
    }

    [Fact]
    public async Task Container_IsMissing_IsAnErrorThatNamesIt()
    {
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/q/a.zip"));
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);

        (await Should.ThrowAsync<BackupException>(() => FindAsync(Storage))).Message.ShouldContain(Names.BackupContainer);
    }

    [Fact]
    public async Task Backup_InTheArchiveTier_SaysHowToRehydrateIt()
    {
        await AddBackupAsync(1);
        await Storage.Backups.GetBlobClient(BlobName).SetAccessTierAsync(AccessTier.Archive, cancellationToken: Cancellation);

        var e = await Should.ThrowAsync<BackupException>(() => FindAsync(Storage));

        e.Code.ShouldBe("archived");
        e.Hint.ShouldContain($"--container-name {Names.BackupContainer} --name '{BlobName}' --tier Hot");
    }
}
