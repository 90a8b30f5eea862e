using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.VerifyBackups;
using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

public sealed class VerifyBackupsTaskTests(AzuriteServer server) : VerifyTest(server)
{
    [Fact]
    public async Task Backups_OfEachKind_AreVerifiedAtTheHighestLevel()
    {
        await AddBackupAsync("1", Sound);
        await AddBackupAsync("2", TestData.Gzip(TestData.Text), ".sql.gz");
        await AddBackupAsync("3", TestData.PythonEncrypted, ".encrypted", ("KeyOwner", TestData.KeyOwner));
        await AddBackupAsync("4", TestData.PythonEncrypted, ".encrypted");
        await AddBackupAsync("5", TestData.Noise(500), ".dump");

        var result = await RunAsync(settings: WithKey);

        result.Error.ShouldBeNull();
        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("examined=5 verified=5");
        string[] levels = [.. await Task.WhenAll(Enumerable.Range(1, 5).Select(async id => (await BackupAsync($"{id}")).VerifiedLevel!))];
        levels.ShouldBe(["structure", "structure", "contents", "structure", "checksum"]);
        var row = await BackupAsync("1");
        (TimeProvider.System.GetUtcNow() - row.VerifiedAt!.Value).ShouldBeLessThan(TimeSpan.FromMinutes(1));
        row.VerifiedETag.ShouldNotBeNull().ShouldNotContain("\"");
        (await RowAsync("1"))["Odd"].ShouldBe(3.5);
        result.Bytes.Single().Value.ShouldBe(Sound.Length + TestData.Gzip(TestData.Text).Length + (2 * TestData.PythonEncrypted.Length) + 500);
    }

    [Fact]
    public async Task Backups_VerifiedBefore_AreNotRead()
    {
        await AddBackupAsync("1", Sound);
        await RunAsync();
        var row = await RowAsync("1");

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=1 notDue=1");
        result.Bytes.Single().Value.ShouldBe(0);
        (await RowAsync("1")).ETag.ShouldBe(row.ETag);
        Counts(await RunAsync(new VerifyBackupsOptions { All = true })).ShouldBe("examined=1 verified=1");
        Counts(await RunAsync(new VerifyBackupsOptions { BackupId = "1" })).ShouldBe("examined=1 verified=1");
        Counts(await RunAsync(new VerifyBackupsOptions { MaxAge = TimeSpan.Zero })).ShouldBe("examined=1 verified=1");
    }

    [Theory]
    [InlineData(400 * 24)]
    [InlineData(12)]
    public async Task Backup_VerifiedInTheFuture_IsVerified(double hours)
    {
        await AddBackupAsync("1", Sound);
        await RunAsync();
        var row = await RowAsync("1");
        row["VerifiedAt"] = TimeProvider.System.GetUtcNow().AddHours(hours);

        foreach (var options in new VerifyBackupsOptions[] { new() { BackupId = "1" }, new() { All = true } })
        {
            await Storage.Operations.UpsertEntityAsync(row, cancellationToken: Cancellation);

            Counts(await RunAsync(options)).ShouldBe("examined=1 verified=1");
        }
    }

    [Fact]
    public async Task Backup_MarkedAsMissing_LosesTheMarkIfItIsSound()
    {
        await AddBackupAsync("1", Sound, ".zip", ("FileMissing", true));

        Counts(await RunAsync()).ShouldBe("examined=1 verified=1");
        (await RowAsync("1")).ContainsKey("FileMissing").ShouldBeFalse();
    }

    [Fact]
    public async Task Backup_Overwritten_IsVerifiedAgain()
    {
        await AddBackupAsync("1", Sound);
        await RunAsync();
        var other = TestData.Zip(("database.sql", TestData.Noise(100)));
        await UploadAsync(BlobOf("1"), other, new Dictionary<string, string> { ["sha256"] = Sha256(other) });

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=1 verified=1");
        result.Warnings.ShouldContain(
            warning => warning.StartsWith("backup/1: the Sha256 of its record differs from that in the blob's metadata", StringComparison.Ordinal));

        await UploadAsync(BlobOf("1"), Sound.With(40, 1));
        Counts(await RunAsync()).ShouldBe("examined=1 damaged=1");
    }

    [Fact]
    public async Task Damage_FoundAndRepaired_IsWrittenAndRemoved()
    {
        await AddBackupAsync("1", Sound, columns: ("VerifiedAt", TimeProvider.System.GetUtcNow().AddDays(-40)));
        await UploadAsync(BlobOf("1"), Sound[..^10]);

        var damaged = await RunAsync();

        damaged.Outcome.ShouldBe(Outcome.Partial);
        damaged.Error!.ShouldStartWith("1 of 1 backups is damaged. Create a new backup now");
        damaged.Error.ShouldContain("backup/1 (storage/prod/1.zip) has different contents than recorded");
        var row = await BackupAsync("1");
        row.Damage!.ShouldContain("; it is cut off");
        row.VerifiedAt.ShouldNotBeNull();
        var since = row.DamagedAt.ShouldNotBeNull();

        // The next run reads it again and finds no change.
        var version = (await RowAsync("1")).ETag;
        Counts(await RunAsync()).ShouldBe("examined=1 damaged=1");
        (await RowAsync("1")).ETag.ShouldBe(version);

        // Other damage does not change the time.
        await UploadAsync(BlobOf("1"), []);
        Counts(await RunAsync()).ShouldBe("examined=1 damaged=1");
        (await BackupAsync("1")).ShouldSatisfyAllConditions(backup => backup.Damage.ShouldBe("is empty (0 bytes)"), backup => backup.DamagedAt.ShouldBe(since));

        await UploadAsync(BlobOf("1"), Sound);
        Counts(await RunAsync()).ShouldBe("examined=1 verified=1 repaired=1");
        var repaired = await RowAsync("1");
        repaired.ShouldNotContainKey("Damage");
        repaired.ShouldNotContainKey("DamagedAt");
    }

    [Fact]
    public async Task Checksum_Unknown_IsStoredOnlyForASoundBackup()
    {
        await AddBackupAsync("1", Sound, columns: ("Sha256", null));
        await AddBackupAsync("2", Sound[..^10], columns: ("Sha256", null));

        await RunAsync();

        (await BackupAsync("1")).Sha256.ShouldBe(Sha256(Sound));
        (await RowAsync("2")).ShouldNotContainKey("Sha256");
    }

    [Fact]
    public async Task Key_WrongForAllBackups_IsOneWarningAndNoDamage()
    {
        for (var id = 1; id <= 3; id++)
        {
            await AddBackupAsync($"{id}", TestData.PythonEncrypted, ".encrypted", ("KeyOwner", TestData.KeyOwner));
        }

        var result = await RunAsync(settings: new VerifySettings { DjangoSecretKey = "another key, and a secret one" });

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("examined=3 failed=3");
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("None of 3 encrypted backups can be decrypted with Cochin__Backups__DjangoSecretKey");
        string.Join(result.Error, result.Warnings).ShouldNotContain("another key");
        (await RowAsync("1")).Keys.ShouldNotContain("Damage");
        (await RowAsync("1")).Keys.ShouldNotContain("VerifiedAt");
    }

    [Fact]
    public async Task Key_WrongForSomeBackups_LeavesTheseFailed()
    {
        await AddBackupAsync("1", TestData.PythonEncrypted, ".encrypted", ("KeyOwner", TestData.KeyOwner));
        await AddBackupAsync("2", TestData.PythonEncrypted, ".encrypted", ("KeyOwner", "8_other"));

        var result = await RunAsync(settings: WithKey);

        Counts(result).ShouldBe("examined=2 verified=1 failed=1");
        result.Warnings.ShouldHaveSingleItem().ShouldBe(
            "backup/2 can't be decrypted with this key, although others can. Check its KeyOwner (8_other) and create a new backup.");
    }

    [Fact]
    public async Task DryRun_ListsDueBackupsAndWritesNothing()
    {
        await AddBackupAsync("1", Sound);
        await AddBackupAsync("2", Sound);
        await RunAsync(new VerifyBackupsOptions { BackupId = "2" });
        Items.Clear();
        var version = (await RowAsync("1")).ETag;
        var reads = new CountingPolicy(request => request.Uri.Path.EndsWith(".zip", StringComparison.Ordinal));

        var result = await RunAsync(new VerifyBackupsOptions { DryRun = true }, storage: NewStorage(reads));

        Counts(result).ShouldBe("examined=2 verified=1 notDue=1");
        Items.Select(item => (item.Area, item.Name, item.Decision, item.Reason))
            .ShouldBe([("storage", "prod/2.zip", "keep", "fresh"), ("storage", "prod/1.zip", "verify", "never")]);
        reads.Count.ShouldBe(0);
        (await RowAsync("1")).ETag.ShouldBe(version);
    }

    [Fact]
    public async Task Backups_NotCompletedOrWithoutBlobName_AreIgnored()
    {
        await RecordAsync("1", columns: ("Status", "failed"));
        await RecordAsync("2", columns: ("Status", "file_missing"));
        await RecordAsync("3", columns: ("BlobName", null));
        await AddOperationAsync("restore", "4", ("Status", "completed"), ("BlobName", BlobOf("4")));

        Counts(await RunAsync()).ShouldBe("");
        (await RunAsync(new VerifyBackupsOptions { BackupId = "1" })).Warnings
            .ShouldBe(["backup/1 is 'failed', not completed, so there is nothing to verify."]);
        var unknown = await RunAsync(new VerifyBackupsOptions { BackupId = "99" });
        (unknown.Outcome, unknown.Error).ShouldBe((Outcome.Failed, "There is no backup '99'; see `./cochin operations list`."));
    }

    [Fact]
    public async Task Blob_Missing_IsAFailureAndNotDamage()
    {
        await RecordAsync("1");

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=1 failed=1");
        result.Error!.ShouldContain("its blob 'storage/prod/1.zip' is missing");
        (await RowAsync("1")).Keys.ShouldNotContain("Damage");
    }

    [Fact]
    public async Task BlobName_InAnotherFormat_IsRecognized()
    {
        await UploadAsync("storage/prod/été 1.zip", Sound);
        await RecordAsync("1", columns: ("BlobName", "/app/backups/storage/prod/été 1.zip"));
        await RecordAsync("2", columns: ("BlobName", new byte[] { 0xFF }));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=2 verified=1 failed=1");
        result.Error!.ShouldContain("its BlobName can't be read");
        Counts(await RunAsync()).ShouldBe("examined=2 notDue=1 failed=1");
    }

    [Fact]
    public async Task Audit_AnnouncesEachChange()
    {
        await AddBackupAsync("1", Sound);

        await RunAsync();

        var log = await Storage.System.GetBlobClient(AuditPart.FirstOf(TimeProvider.System.GetUtcNow()).BlobName).DownloadContentAsync(Cancellation);
        var lines = log.Value.Content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("\"action\":\"mark_verified\",\"target\":\"backup/1\",\"result\":\"planned\"");
        lines[1].ShouldContain("\"result\":\"verified\"");
    }

    [Fact]
    public void Settings_Printed_DoNotContainTheKey() => new VerifySettings { DjangoSecretKey = "very secret" }.ToString().ShouldBe("VerifySettings { a key }");
}
