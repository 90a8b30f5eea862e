using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>Backups whose files are not read, or whose paths begin with different roots: none may be left out without a word.</summary>
public sealed class BackupSyncTests(AzuriteServer server) : SyncTest(server)
{
    private readonly string outside = Directory.CreateTempSubdirectory("outside-").FullName;

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(outside, recursive: true);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task Run_FolderThatIsALinkOutside_FailsItsRecordsUntilItIsAFolder()
    {
        await File.WriteAllTextAsync(Path.Combine(outside, "2.zip"), "content 2", Cancellation);
        Directory.CreateSymbolicLink(PathOf("storage/nas"), outside);
        Django.AddBackupWithFile(1);
        Django.AddBackup(2, ("file_path", "/app/backups/storage/nas/2.zip"));
        Django.AddBackup(3, ("file_path", "/app/backups/storage/nas/gone.zip"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("backups=3 uploaded=1 written=1 failed=2");
        result.Tables.ShouldHaveSingleItem().Rows.Select(row => $"{row[0]}: {row[1]}")
            .ShouldBe(["skipped: storage/nas", "row failed: backup/django-2", "row failed: backup/django-3"]);
        result.Warnings[0].ShouldStartWith($"storage/nas is a link to '{outside}', which is outside the folder, so it is not copied; put the files there");
        result.Error.ShouldNotBeNull().ShouldContain("backup/django-2 was not written, because its file is not copied: 'storage/nas' is a link");
        (await Storage.Operations.FindAsync(OperationKind.Backup, "django-2", Cancellation)).ShouldBeNull();

        File.Delete(PathOf("storage/nas"));
        Django.WriteFile("storage/nas/2.zip", "content 2");

        var again = await RunAsync();

        again.Outcome.ShouldBe(Outcome.Completed, again.Error);
        Counts(again).ShouldBe("backups=3 uploaded=1 written=2 unchanged=1 missing=1");
    }

    [Theory]
    [InlineData(".perso")]
    [InlineData("#recycle")]
    public async Task Run_HiddenFolder_IsReportedOnlyIfABackupLiesInIt(string folder)
    {
        Django.AddBackupWithFile(1);
        Django.WriteFile($"storage/{folder}/x/2.zip", "content 2");
        var silent = await RunAsync();
        Django.AddBackup(2, ("file_path", $"storage/{folder}/x/2.zip"));

        var result = await RunAsync();

        silent.Outcome.ShouldBe(Outcome.Completed, silent.Error);
        silent.Warnings.ShouldBeEmpty();
        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("backups=2 unchanged=1 failed=1");
        result.Warnings[0].ShouldStartWith($"storage/{folder} is hidden or has the name of a system folder, so it is not copied; rename it");
        result.Warnings[1].ShouldStartWith("backup/django-2 was not written");
    }

    [Fact]
    public async Task Run_FileThatIsALinkOutside_FailsItsRecord()
    {
        await File.WriteAllTextAsync(Path.Combine(outside, "2.zip"), "content 2", Cancellation);
        File.CreateSymbolicLink(PathOf("storage/2.zip"), Path.Combine(outside, "2.zip"));
        Django.AddBackup(2, ("file_path", "storage/2.zip"));

        var result = await RunAsync();

        Counts(result).ShouldBe("backups=1 failed=1");
        (await Storage.Operations.FindAsync(OperationKind.Backup, "django-2", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Run_LinkToADiskThatIsNotMounted_MakesNoBackupMissing()
    {
        Directory.CreateSymbolicLink(PathOf("storage/nas"), Path.Combine(outside, "absent"));
        Django.AddBackup(2, ("file_path", "storage/nas/2.zip"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("backups=1 failed=2");
    }

    [Fact]
    public async Task Run_FolderThatBecomesALinkOutside_IsReportedAndItsRowsStay()
    {
        Django.AddBackupWithFile(1);
        await RunAsync();
        Directory.Move(PathOf("storage/prod"), Path.Combine(outside, "prod"));
        Directory.CreateSymbolicLink(PathOf("storage/prod"), Path.Combine(outside, "prod"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        Counts(result).ShouldBe("backups=1 unchanged=1");
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("storage/prod is a link to");
    }

    [Fact]
    public async Task Run_PathsWithTwoRoots_CopiesThoseThatFitAndNamesTheOtherRoot()
    {
        AddBackupsWithTwoRoots();
        Django.AddBackup(4, ("file_path", "/old/backups/storage/prod/4.zip"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        (await BackupAsync(1))["BlobName"].ShouldBe("storage/prod/1.zip");
        (await BackupAsync(2)).ContainsKey("BlobName").ShouldBeFalse();
        OfBackup(result, 2).ShouldEndWith("would be found: give --path-root '/app/backups;/data/backups'.");
        OfBackup(result, 4).ShouldEndWith("so its file is not known.");
    }

    [Fact]
    public async Task Run_SeveralPathRoots_FitAllAndAreKeptIfOneIsRemoved()
    {
        AddBackupsWithTwoRoots();

        var result = await RunAsync(pathRoot: "/app/backups;/data/backups");

        Counts(result).ShouldBe("backups=3 uploaded=3 written=3");
        result.Warnings.ShouldBeEmpty();
        var row = SyncTest.Text(await BackupAsync(2));
        row.ShouldContain("BlobName=storage/prod/2.zip");
        row.ShouldContain("Configuration=prod");
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_RootWithoutAFile_IsRefusedIfAnotherFits()
    {
        Django.AddBackup(1);
        Django.AddBackupWithFile(2, ("file_path", "/data/backups/storage/prod/2.zip"));
        var writes = Writes();

        var result = await RunAsync(storage: NewStorage(writes));

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("--path-root '/data/backups'");
        writes.Count.ShouldBe(0);
    }

    private static string OfBackup(TaskResult result, long id) =>
        result.Warnings.Single(warning => warning.StartsWith($"backup/django-{id} ", StringComparison.Ordinal));

    private void AddBackupsWithTwoRoots()
    {
        Django.AddBackupWithFile(1);
        Django.AddBackupWithFile(2, ("file_path", "/data/backups/storage/prod/2.zip"));
        Django.AddBackupWithFile(3, ("file_path", "/data/backups/storage/prod/3.zip"));
    }

    private string PathOf(string name) => Path.Combine(Django.Backups, name);
}
