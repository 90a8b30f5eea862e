using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>Backups in a temporary area that a restore reads or that are protected, whatever their status.</summary>
public sealed class NeededBackupTests(AzuriteServer server) : CleanupTest(server)
{
    [Theory]
    [InlineData("failed", "42", "42")]
    [InlineData("cancelled", "backup/42", "42")]
    [InlineData("pruned", "42", "django-42")]
    [InlineData("failed", "django-42", "42")]
    [InlineData("Failed ", 42, "django-42")]
    public async Task SourceOfALiveRestore_IsKept(string status, object backupId, string id)
    {
        await AddOperationAsync("backup", id, ("Status", status), ("BlobName", "uploads/nightly.zip"));
        await RestoreAsync(backupId);
        await UploadAsync("uploads/nightly.zip", Old);
        await UploadAsync("uploads/unrelated", Old);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["uploads/nightly.zip"]);
        result.Count("inUse").ShouldBe(1);
        result.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("restore")]
    [InlineData("Restore")]
    public async Task SourceOfARestoreThatBeginsMeanwhile_IsKept(string partition)
    {
        await AddOperationAsync("backup", "42", ("Status", "failed"), ("BlobName", "uploads/nightly.zip"));
        await UploadAsync("uploads/nightly.zip", Old);
        var race = new InterveningPolicy(request => IsListing(request, "uploads"), () => RestoreAsync("42", partition));

        var result = await RunAsync(policies: race);

        race.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldBe(["uploads/nightly.zip"]);
        result.Count("inUse").ShouldBe(1);
    }

    [Fact]
    public async Task SourceWithAnUncertainBlobName_KeepsAllItMayMeanWithAWarning()
    {
        await AddOperationAsync("backup", "42", ("Status", "failed"), ("BlobName", "nightly.zip"));
        await RestoreAsync("42");
        await UploadAsync("uploads/session/nightly.zip", Old);
        await UploadAsync("uploads/unrelated", Old);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["uploads/session/nightly.zip"]);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/42 has a BlobName that can't be read with certainty");
    }

    [Fact]
    public async Task SourceThatCantBeRead_KeepsEverythingWithAWarning()
    {
        await RestoreAsync(true);
        await UploadAsync("uploads/unrelated", Old);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldHaveSingleItem();
        result.Warnings.ShouldBe(["restore/7 has a BackupId of type Boolean, so everything in the temporary areas is kept; write it as text."]);
    }

    [Theory]
    [InlineData("completed", null)]
    [InlineData("running", " ")]
    public async Task SourceWithoutABlobName_KeepsEverythingUntilTheRestoreEnds(string status, string? blobName)
    {
        await AddOperationAsync("backup", "django-42", ("Status", status), ("BlobName", blobName), ("SizeBytes", 5L));
        await RestoreAsync("42");
        await UploadAsync("uploads/nightly.zip", Old);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldHaveSingleItem();
        result.Warnings.ShouldBe(
        [
            "restore/7 is in progress and reads the backup '42', which has no BlobName, so everything in the temporary areas is kept until it ends.",
        ]);
    }

    [Fact]
    public async Task SourceWithoutABlobName_OfARestoreThatBeginsMeanwhile_KeepsEverything()
    {
        await AddOperationAsync("backup", "42", ("Status", "completed"));
        await UploadAsync("uploads/nightly.zip", Old);
        var race = new InterveningPolicy(request => IsListing(request, "uploads"), () => RestoreAsync("42"));

        await RunAsync(policies: race);

        race.Met.ShouldBeTrue();
        (await BlobNamesAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task SourceWithoutARow_KeepsTheUnitsWithItsId()
    {
        await RestoreAsync("django-42");
        await UploadAsync("uploads/backup_42.zip", Old);
        await UploadAsync("uploads/unrelated", Old);

        await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["uploads/backup_42.zip"]);
    }

    [Theory]
    [InlineData("completed", "42")]
    [InlineData("running", "43")]
    public async Task SourceOfAnEndedRestoreOrUnknown_KeepsNothing(string status, string backupId)
    {
        await AddOperationAsync("backup", "42", ("Status", "failed"), ("BlobName", "uploads/nightly.zip"));
        await RestoreAsync(backupId, status: status);
        await UploadAsync("uploads/nightly.zip", Old);

        await RunAsync();

        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("failed", true)]
    [InlineData("cancelled", "yes")]
    [InlineData("pruned", true)]
    public async Task ProtectedBackup_IsKeptWithAWarning(string status, object value)
    {
        await AddOperationAsync("backup", "42", ("Status", status), ("BlobName", "uploads/nightly.zip"), ("Protected", value));
        await UploadAsync("uploads/nightly.zip", Old);
        await UploadAsync("uploads/unrelated", Old);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["uploads/nightly.zip"]);
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("backup/42 is a protected backup in a temporary area");
    }

    [Fact]
    public async Task ProtectedBackup_WithAnUnreadableBlobName_KeepsEverything()
    {
        await AddOperationAsync("backup", "42", ("Status", "failed"), ("BlobName", 5), ("SizeBytes", 3L), ("Protected", true));
        await UploadAsync("uploads/unrelated", Old);

        await RunAsync();

        (await BlobNamesAsync()).ShouldHaveSingleItem();
    }

    private Task RestoreAsync(object backupId, string partition = "restore", string status = "running") => AddOperationAsync(
        partition, "7", ("Status", status), ("BackupId", backupId), ("WorkPath", "restore_temp/job-a/"), ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
}
