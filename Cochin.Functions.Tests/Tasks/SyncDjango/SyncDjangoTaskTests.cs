using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

public sealed class SyncDjangoTaskTests(AzuriteServer server) : SyncTest(server)
{
    [Fact]
    public async Task Run_OnAnEmptyStore_CopiesEverything()
    {
        Fill();

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        Counts(result).ShouldBe("backups=3 restores=2 quotes=2 configurations=1 uploaded=2 written=8");
        (await BlobNamesAsync()).ShouldBe(["storage/prod/1.zip", "storage/prod/2.zip"]);
        SyncTest.Text(await BackupAsync(3)).ShouldContain("Status=running");
        SyncTest.Text(await RowAsync(OperationKind.Restore, "django-1")).ShouldContain("BackupId=django-1");
        SyncTest.Text(await RowAsync(OperationKind.Restore, "django-external-1")).ShouldContain("Status=running SyncedStatus=extracting");
        SyncTest.Text(await QuoteAsync("django-2")).ShouldContain("Numero=DV/2");
        (await BackupConfigurations.ReadAsync(Storage, Cancellation)).Find("prod").ShouldNotBeNull().RetentionDays.ShouldBe(30);
    }

    [Fact]
    public async Task Run_NothingChanged_WritesNothing()
    {
        Fill();
        await RunAsync();
        var writes = Writes();

        var result = await RunAsync(storage: NewStorage(writes));

        Counts(result).ShouldBe("backups=3 restores=2 quotes=2 configurations=1 unchanged=8");
        writes.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Run_Dry_WritesNothingAndCountsWhatItWouldDo()
    {
        Fill();
        var writes = Writes();

        var result = await RunAsync(dryRun: true, storage: NewStorage(writes));

        Counts(result).ShouldBe("backups=3 restores=2 quotes=2 configurations=1 uploaded=2 written=8");
        writes.Count.ShouldBe(0);
        Items.Select(item => $"{item.Area} {item.Name} {item.Decision} {item.Reason}").ShouldContain("backup django-3 write new");
        Items.Select(item => $"{item.Area} {item.Name} {item.Decision}").ShouldContain("storage prod/1.zip upload");
    }

    [Fact]
    public async Task Run_ChangedRecords_WritesOnlyTheirRows()
    {
        Fill();
        await RunAsync();
        Django.Execute("UPDATE backup_manager_backuphistory SET status = 'failed', error_message = 'disk full' WHERE id = 3");
        Django.SetQuote(1, "date_debut", "2026-12-24");

        var result = await RunAsync();

        result.Count("written").ShouldBe(2);
        SyncTest.Text(await BackupAsync(3)).ShouldContain("ErrorMessage=disk full");
        SyncTest.Text(await QuoteAsync("django-1")).ShouldContain("DateDebut=2026-12-24");
    }

    [Fact]
    public async Task Run_MarksOfMaintenance_StayWithoutAWrite()
    {
        Fill();
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(3), ("Status", "failed"), ("ErrorMessage", "stuck"), ("CompletedAt", DateTimeOffset.UnixEpoch));
        await ChangeBackupAsync(await BackupAsync(1), ("VerifiedAt", DateTimeOffset.UnixEpoch), ("Protected", true));

        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_PrunedBackup_IsNotUploadedAgain()
    {
        Fill();
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(1), ("Status", "pruned"), ("PrunedAt", DateTimeOffset.UnixEpoch));
        await Storage.Backups.DeleteBlobAsync("storage/prod/1.zip", cancellationToken: Cancellation);

        var result = await RunAsync();

        Counts(result).ShouldBe("backups=3 restores=2 quotes=2 configurations=1 unchanged=8");
        (await BlobNamesAsync()).ShouldBe(["storage/prod/2.zip"]);
    }

    [Fact]
    public async Task Run_PrunedBackupWhoseFileANewOneNames_IsUploaded()
    {
        Fill();
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(1), ("Status", "pruned"));
        await Storage.Backups.DeleteBlobAsync("storage/prod/1.zip", cancellationToken: Cancellation);
        Django.AddBackup(9, ("file_path", "storage/prod/1.zip"));

        (await RunAsync()).Count("uploaded").ShouldBe(1);
    }

    [Fact]
    public async Task Run_RecordsThatAreGone_StayAndAreReported()
    {
        Fill();
        await RunAsync();
        Django.Execute("DELETE FROM backup_manager_backuphistory WHERE id = 3");
        Django.Execute("DELETE FROM database_dynamicrecord WHERE id = 1");
        Django.Execute("DELETE FROM backup_manager_backupconfiguration");

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        result.Warnings.Where(warning => warning.Contains("no longer in the database", StringComparison.Ordinal)).Select(warning => warning.Split(' ')[0])
            .ShouldBe(["backup/django-3", "configuration/prod", "devis/django-1"], ignoreOrder: true);
        await BackupAsync(3);
        await QuoteAsync("django-1");
    }

    [Fact]
    public async Task Run_RowsOfOthers_StayAsTheyAre()
    {
        Fill();
        await AddOperationAsync(OperationKind.Backup, "42", ("Status", "running"));
        await AddOperationAsync(OperationKind.Restore, "rebuilt-1", ("Status", "completed"));
        await AddDevisAsync("DV-7", ("Statut", true), ("DateDebut", "2026-11-30"));

        (await RunAsync()).Count("written").ShouldBe(8);

        SyncTest.Text(await RowAsync(OperationKind.Backup, "42")).ShouldBe("Status=running");
        SyncTest.Text(await QuoteAsync("DV-7")).ShouldBe("DateDebut=2026-11-30 Statut=True");
    }

    [Fact]
    public async Task Run_Discrepancies_AreWarningsAndATable()
    {
        Django.AddBackupWithFile(1, ("file_size", 99L));
        Django.AddBackupWithFile(2, ("checksum", new string('a', 64)));
        Django.AddBackup(3);
        Django.AddBackup(4, ("file_path", "storage/prod/1.zip"));
        Django.AddBackup(5, ("file_path", "/app/backups/uploads/x.zip"), ("completed_at", "yesterday"));
        Django.WriteFile("storage/prod/orphan.zip", "orphan");
        Django.AddQuote(1, "");
        Django.AddQuote(2, "DV-2");
        Django.AddQuote(3, "DV-2", ("montant", "beaucoup"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        Counts(result).ShouldBe("backups=5 quotes=3 uploaded=3 written=8 missing=1");
        var table = result.Tables.ShouldHaveSingleItem();
        table.Key.ShouldBe("discrepancies");
        table.Rows.Select(row => $"{row[0]}: {row[1]}").ShouldBe(
        [
            "unreadable: devis/django-3", "unreadable: backup/django-5", "checksum: storage/prod/2.zip", "missing file: backup/django-3",
            "size: backup/django-1", "other place: backup/django-5",
            "shared file: backup/django-4", "no record: storage/prod/orphan.zip", "no number: devis/django-1",
            "duplicate number: The number 'DV-2'",
        ]);
        result.Warnings.Count.ShouldBe(10);
        (await BackupAsync(1))["SizeBytes"].ShouldBe(9L);
    }

    [Fact]
    public async Task Run_ManyDiscrepanciesOfAKind_ListsTheFirstAndTheirNumber()
    {
        for (var i = 1; i <= 120; i++)
        {
            Django.AddBackup(i);
        }

        var result = await RunAsync();

        result.Count("missing").ShouldBe(120);
        result.Warnings.Count.ShouldBe(11);
        result.Warnings[^1].ShouldStartWith("110 more of the kind 'missing file'");
        result.Tables[0].Rows.Count.ShouldBe(101);
    }

    [Fact]
    public async Task Run_AlsoWhileTheApplicationWrites_CopiesAConsistentStateAndThenTheRest()
    {
        Fill();
        var added = 100L;
        var writer = new InterveningPolicy(
            static request => request.Method != Azure.Core.RequestMethod.Get && request.Method != Azure.Core.RequestMethod.Head,
            () =>
            {
                Django.AddBackupWithFile(added++);
                return Task.CompletedTask;
            },
            times: 3);

        var result = await RunAsync(storage: NewStorage(writer));
        var again = await RunAsync();

        writer.Met.ShouldBeTrue();
        result.Count("backups").ShouldBe(3);
        again.Count("backups").ShouldBe(6);
        (again.Count("written"), again.Count("missing"), again.Count("failed")).ShouldBe((3, 0, 0));
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_NameWithOtherAccents_IsTheSameFile()
    {
        var composed = "storage/prod/complète.zip".Normalize();
        var content = Django.WriteFile(composed.Normalize(System.Text.NormalizationForm.FormD), "x");
        Django.AddBackup(1, ("file_path", composed), ("file_size", content.Size), ("checksum", content.Sha256));

        var result = await RunAsync();

        Counts(result).ShouldBe("backups=1 uploaded=1 written=1");
        (await BackupAsync(1))["BlobName"].ShouldBe((await BlobNamesAsync()).ShouldHaveSingleItem());
        result.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_OutOfTimeInALargeFile_CountsItsBlocksAsProgress()
    {
        Django.WriteFile("storage/prod/1.dump", new string('x', 12 * 1024 * 1024));
        var (questions, checkpoint) = (0, new MemoryCheckpoint());

        var result = await RunAsync(adjust: context => context with { IsOutOfTime = () => Interlocked.Increment(ref questions) > 2, Checkpoint = checkpoint });

        result.Reason.ShouldBe(SkipReason.Unfinished);
        result.Count("uploaded").ShouldBe(0);
        checkpoint.Progress.ShouldHaveSingleItem().ShouldBeGreaterThan(0);
    }
}
