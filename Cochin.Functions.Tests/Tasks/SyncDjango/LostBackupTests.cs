using System.Text;
using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>Completed records of which there is neither a file nor a blob: no backup, whatever the application says.</summary>
public sealed class LostBackupTests(AzuriteServer server) : SyncTest(server)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Run_NewestBackupWithoutFileAndBlob_IsPartialAndDoesNotCountAsGood()
    {
        Django.AddConfiguration(1, "prod");
        Django.AddBackupWithFile(1);
        AddNewer(2, "30");

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("backups=2 configurations=1 uploaded=1 written=3 missing=1");
        result.Error.ShouldBe(
            "The newest backup of 1 configuration has neither a file nor a blob: backup/django-2 is the newest backup of 'prod', but names "
                + "'storage/prod/2.zip', which is neither in the backups folder nor in the storage. Make a new backup");
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/django-2 is the newest backup of 'prod', but");
        var row = await BackupAsync(2);
        (row["FileMissing"], row["Status"], row["SyncedStatus"]).ShouldBe((true, "completed", "completed"));
        (await SummaryAsync()).ShouldSatisfyAllConditions(
            summary => summary.Newest.ShouldBe(new DateTimeOffset(2026, 11, 28, 3, 0, 43, TimeSpan.Zero)), summary => summary.IsOverdue.ShouldBeTrue(),
            summary => summary.Missing.ShouldBe(1));
        (await RunAsync()).ShouldSatisfyAllConditions(again => again.Outcome.ShouldBe(Outcome.Partial), again => again.Count("written").ShouldBe(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_FileOrBlobThatComesLater_MakesTheBackupGood(bool isFile)
    {
        Django.AddConfiguration(1, "prod");
        AddNewer(2, "30");
        await RunAsync();
        if (isFile)
        {
            Django.WriteFile("storage/prod/2.zip", "content");
        }
        else
        {
            await UploadAsync("storage/prod/2.zip");
        }

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        (await BackupAsync(2)).ContainsKey("FileMissing").ShouldBeFalse();
        (await SummaryAsync()).IsOverdue.ShouldBeFalse();
        (await RunAsync()).Count("written").ShouldBe(0);
    }

    [Fact]
    public async Task Run_OlderBackupWithoutFileAndBlob_DoesNotCountButIsNotPartial()
    {
        Django.AddConfiguration(1, "prod");
        Django.AddBackup(1);
        Django.AddBackupWithFile(2, ("completed_at", "2026-11-30 03:00:43"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Warnings.ShouldHaveSingleItem()
            .ShouldBe("backup/django-1 names 'storage/prod/1.zip', which is neither in the backups folder nor in the storage.");
        (await SummaryAsync()).ShouldSatisfyAllConditions(summary => summary.Missing.ShouldBe(1), summary => summary.IsOverdue.ShouldBeFalse());
    }

    [Fact]
    public async Task Run_BackupWhoseFileIsDeletedAfterItsUpload_StaysGood()
    {
        Django.AddConfiguration(1, "prod");
        Django.AddBackupWithFile(1, ("completed_at", "2026-11-30 03:00:43"));
        await RunAsync();
        File.Delete(Path.Combine(Django.Backups, "storage/prod/1.zip"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        Counts(result).ShouldBe("backups=1 configurations=1 unchanged=2 missing=1");
        (await SummaryAsync()).IsOverdue.ShouldBeFalse();
    }

    [Theory]
    [InlineData(NormalizationForm.FormC)]
    [InlineData(NormalizationForm.FormD)]
    public async Task Run_BackupWhoseBlobHasItsAccentsInAnotherForm_KeepsItsNameWithoutTheFile(NormalizationForm onDisk)
    {
        const string Path = "storage/complète/1.zip";
        var blobName = Path.Normalize(onDisk);
        var inDatabase = onDisk == NormalizationForm.FormC ? NormalizationForm.FormD : NormalizationForm.FormC;
        Django.AddConfiguration(1, "complète");
        Django.WriteFile(blobName, "content");
        Django.AddBackup(1, ("file_path", Path.Normalize(inDatabase)), ("completed_at", "2026-11-30 03:00:43"));
        await RunAsync();
        (await BackupAsync(1))["BlobName"].ShouldBe(blobName);
        File.Delete(System.IO.Path.Combine(Django.Backups, blobName));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        var row = await BackupAsync(1);
        row["BlobName"].ShouldBe(blobName);
        row.ContainsKey("FileMissing").ShouldBeFalse();
    }

    [Theory]
    [InlineData("running")]
    [InlineData("failed")]
    [InlineData("file_missing")]
    public async Task Run_RecordThatIsNotCompleted_IsNotMarked(string status)
    {
        Django.AddBackup(1, ("status", status));

        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);

        (await BackupAsync(1)).ContainsKey("FileMissing").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_PrunedBackup_IsNotMarked()
    {
        Django.AddBackupWithFile(1);
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(1), ("Status", "pruned"));
        await Storage.Backups.DeleteBlobAsync("storage/prod/1.zip", cancellationToken: Cancellation);
        File.Delete(Path.Combine(Django.Backups, "storage/prod/1.zip"));

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed, result.Error);
        result.Count("written").ShouldBe(0);
    }

    private void AddNewer(long id, string day) => Django.AddBackup(id, ("completed_at", $"2026-11-{day} 03:00:43"));

    private async Task<BackupSummary> SummaryAsync() =>
        (await BackupTally.ReadAsync(Storage, new ExpectedAges(TimeSpan.Zero, new Dictionary<string, TimeSpan>()), Now, Cancellation)).ShouldHaveSingleItem();
}
