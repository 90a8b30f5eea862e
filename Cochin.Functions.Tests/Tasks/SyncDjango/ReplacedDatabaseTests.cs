using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>The database is replaced by an older copy: ids are used again, and no mark of a record may go to another.</summary>
public sealed class ReplacedDatabaseTests(AzuriteServer server) : SyncTest(server)
{
    private const string Later = "2026-11-30 03:00:02";

    [Fact]
    public async Task Run_BackupWithAnIdThatIsUsedAgain_LeavesTheRowAndReportsIt()
    {
        Django.AddBackupWithFile(1);
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(1), ("Protected", true), ("VerifiedAt", DateTimeOffset.UnixEpoch));
        var before = Text(await BackupAsync(1));
        UseAgain();

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("backups=1 uploaded=1 rejected=1");
        Text(await BackupAsync(1)).ShouldBe(before);
        (await BlobNamesAsync()).ShouldBe(["storage/prod/1.zip", "storage/prod/later.zip"]);
        result.Tables[0].Rows.Select(row => $"{row[0]}: {row[1]}").ShouldBe(["other record: backup/django-1"]);
        result.Error.ShouldNotBeNull().ShouldContain($"--table-name {Storage.Operations.Name} --partition-key backup --row-key django-1`");
    }

    [Fact]
    public async Task Run_RowThatWasDeletedAsReported_IsCopiedWithoutTheMarks()
    {
        Django.AddBackupWithFile(1, ("backup_name", "earlier"));
        Django.AddExternal(1, "completed"); // A table without any row would be a lost one.
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(1), ("Protected", true));
        UseAgain();
        await Storage.Operations.DeleteEntityAsync(OperationKind.Backup, "django-1", cancellationToken: Cancellation);

        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);

        var row = await BackupAsync(1);
        row["BlobName"].ShouldBe("storage/prod/later.zip");
        row.ContainsKey("Protected").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_RestoreWithAnIdThatIsUsedAgain_LeavesTheRow()
    {
        Django.AddBackupWithFile(1);
        Django.AddRestore(1, backup: 1);
        await RunAsync();
        Django.Execute($"UPDATE backup_manager_restorehistory SET created_at = '{Later}', status = 'running'");

        (await RunAsync()).Count("rejected").ShouldBe(1);

        (await RowAsync(OperationKind.Restore, "django-1"))["Status"].ShouldBe("completed");
    }

    [Fact]
    public async Task Run_QuoteWithAnIdThatIsUsedAgain_DoesNotTakeOverItsAlerts()
    {
        Django.AddQuote(1, "DV-1");
        await RunAsync();
        await ChangeAsync(Storage.Devis, await QuoteAsync("django-1"), ("StartNotifiedFor", "2026-11-30"));
        var before = Text(await QuoteAsync("django-1"));
        Django.Execute($"UPDATE database_dynamicrecord SET created_at = '{Later}'");
        Django.SetQuote(1, "numero_devis", "DV-2");

        var result = await RunAsync();

        Counts(result).ShouldBe("quotes=1 rejected=1");
        Text(await QuoteAsync("django-1")).ShouldBe(before);
    }

    [Fact]
    public async Task Run_QuoteOfBeforeCreationTimesWereKept_IsTheSame()
    {
        Django.AddQuote(1, "DV-1");
        await RunAsync();
        await ChangeAsync(Storage.Devis, await QuoteAsync("django-1"), ("CreatedAt", null), ("StartNotifiedFor", "2026-11-30"));

        (await RunAsync()).Count("written").ShouldBe(1);

        Text(await QuoteAsync("django-1")).ShouldContain("CreatedAt=2026-11-10T09:00:00");
    }

    [Fact]
    public async Task Run_PrunedRowOfAnotherRecordWithTheSameFile_DoesNotHoldTheFileBack()
    {
        Django.AddBackupWithFile(1);
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(1), ("Status", "pruned"));
        await Storage.Backups.DeleteBlobAsync("storage/prod/1.zip", cancellationToken: Cancellation);
        Django.Execute($"UPDATE backup_manager_backuphistory SET created_at = '{Later}'");

        Counts(await RunAsync()).ShouldBe("backups=1 uploaded=1 rejected=1");

        (await BackupAsync(1))["Status"].ShouldBe("pruned");
    }

    [Fact]
    public async Task Run_RowThatBecomesThatOfAnotherRecordMeanwhile_IsLeftAsItIs()
    {
        Django.AddBackupWithFile(1);
        await RunAsync();
        Django.Execute("UPDATE backup_manager_backuphistory SET backup_name = 'other'");
        var intervening = new InterveningPolicy(
            static request => request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal),
            async () => await ChangeBackupAsync(await BackupAsync(1), ("CreatedAt", DateTimeOffset.UnixEpoch)));

        var result = await RunAsync(storage: NewStorage(intervening));

        intervening.Met.ShouldBeTrue();
        Counts(result).ShouldBe("backups=1 rejected=1");
        (await BackupAsync(1))["Name"].ShouldBe("backup 1");
    }

    [Fact]
    public async Task Run_BackupThatTheDatabaseWasRestoredFrom_StaysCompleted()
    {
        Django.AddBackupWithFile(1);
        await RunAsync();
        var before = Text(await BackupAsync(1));
        Django.Execute(
            "UPDATE backup_manager_backuphistory SET status = 'running', file_path = '', file_size = NULL, checksum = '', completed_at = NULL");

        var result = await RunAsync();
        Django.Execute("UPDATE backup_manager_backuphistory SET status = 'failed', error_message = 'stuck'");
        var later = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        Counts(result).ShouldBe("backups=1 unchanged=1");
        result.Warnings.ShouldContain(warning => warning.StartsWith("backup/django-1 is 'running' in the database", StringComparison.Ordinal));
        later.Warnings.ShouldContain(warning => warning.StartsWith("backup/django-1 is 'failed' in the database", StringComparison.Ordinal));
        Text(await BackupAsync(1)).ShouldBe(before);
    }

    /// <summary>Replaces the backup by another one of the same id.</summary>
    private void UseAgain()
    {
        Django.Execute("DELETE FROM backup_manager_backuphistory");
        File.Delete(Path.Combine(Django.Backups, "storage", "prod", "1.zip"));
        Django.WriteFile("storage/prod/later.zip", "later");
        Django.AddBackup(1, ("created_at", Later), ("file_path", "storage/prod/later.zip"));
    }
}
