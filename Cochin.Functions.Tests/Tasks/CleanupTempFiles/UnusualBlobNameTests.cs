using Azure.Data.Tables;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>Everything that a <c>BlobName</c> may refer to is kept, in any form.</summary>
public sealed class UnusualBlobNameTests(AzuriteServer server) : CleanupTest(server)
{
    [Theory]
    [InlineData("/app/backups/uploads/a1.zip", "completed")]
    [InlineData("Uploads/a1.zip", "completed")]
    [InlineData("uploads%2Fa1.zip", "completed")]
    [InlineData("https://acc.blob.core.windows.net/other/uploads/a1.zip", "completed")]
    [InlineData("/app/uploads/a1.zip/storage/x", "completed")]
    [InlineData("uploads/a1.zip?sv=2024-01-01&sig=abc", "completed")]
    [InlineData("\"uploads/a1.zip\"", "completed")]
    [InlineData("storage/q/b.zip;uploads/a1.zip", "completed")]
    [InlineData("storage/../uploads/a1.zip", "completed")]
    [InlineData("uploads/a1.zip", "file_missing")]
    [InlineData("a1.zip", "completed")]
    [InlineData("A1.ZIP", "file_missing")]
    [InlineData("other/a1.zip", "completed")]
    [InlineData("C:\\files\\a1.zip", "completed")]
    public async Task Backup_PerhapsInATemporaryArea_IsKeptWithAWarning(string blobName, string status)
    {
        await AddOperationAsync("backup", "7", ("Status", status), ("BlobName", blobName));
        await UploadAsync("uploads/a1.zip", Old);
        await UploadAsync("uploads/unrelated", Old);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["uploads/a1.zip"]);
        result.Warnings.ShouldContain(warning => warning.Contains("backup/7", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(7L, "completed", "uploads/a1.zip uploads/folder/a1.zip uploads/folder/b")]
    [InlineData(7L, "failed", "")]
    [InlineData(0L, "completed", "uploads/a1.zip uploads/folder/a1.zip uploads/folder/b uploads/unrelated")]
    [InlineData(null, "file_missing", "uploads/a1.zip uploads/folder/a1.zip uploads/folder/b uploads/unrelated")]
    public async Task Backup_WithAnUnreadableBlobName_KeepsUnitsWithABlobOfItsSize(long? size, string status, string kept)
    {
        await AddOperationAsync("backup", "7", ("Status", status), ("BlobName", new byte[] { 0xff, 0xfe }), ("SizeBytes", size));
        await UploadAsync("uploads/a1.zip", Old);
        await UploadAsync("uploads/folder/a1.zip", Old);
        await UploadAsync("uploads/folder/b", Old, "of another size");
        await UploadAsync("uploads/unrelated", Old, "of another size");

        var result = await RunAsync();

        string.Join(' ', await BlobNamesAsync()).ShouldBe(kept);
        result.Warnings.Count(warning => warning.StartsWith("backup/7 has a BlobName of type", StringComparison.Ordinal)).ShouldBe(kept.Length > 0 ? 1 : 0);
    }

    [Fact]
    public async Task Backups_TenThousandBelowStorage_KeepNothingWithoutWarnings()
    {
        foreach (var rows in Enumerable.Range(0, 10_000).Chunk(100))
        {
            await Storage.Operations.SubmitTransactionAsync(
                rows.Select(i => new TableTransactionAction(
                    TableTransactionActionType.Add,
                    new TableEntity("backup", $"z{i}") { ["Status"] = "completed", ["BlobName"] = $"storage/q/b{i}.zip", ["SizeBytes"] = 7L })),
                Cancellation);
        }

        await UploadAsync("uploads/b7.zip", Old);

        var result = await RunAsync();

        result.Warnings.ShouldBeEmpty();
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("uploads/r1.zip?sv=2024-01-01&sig=abc")]
    [InlineData("\"uploads/r1.zip\"")]
    [InlineData("uploads/r1.zip;uploads/r2.zip")]
    [InlineData("uploads/r2.zip, uploads/r1.zip")]
    public async Task LiveRestore_BlobNameInAnotherForm_KeepsItsBlobWithAWarning(string blobName)
    {
        await AddOperationAsync("restore", "7", ("Status", "running"), ("BlobName", blobName), ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
        await UploadAsync("uploads/r1.zip", Old);
        await UploadAsync("uploads/unrelated", Old);

        var result = await RunAsync();

        (await BlobNamesAsync()).ShouldBe(["uploads/r1.zip"]);
        result.Warnings.ShouldContain(warning => warning.Contains("restore/7", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("backup", "completed", "a1.zip", 2_000)]
    [InlineData("backup", "completed", "a1.zip", 1)]
    [InlineData("backup", "file_missing", "A1%2Ezip", 2_000)]
    [InlineData("backup", "running", "other/a1.zip", 2_000)]
    [InlineData("restore", "running", "a1.zip", 1)]
    public async Task BlobName_WithoutItsFolder_KeepsUnitsThatMayContainIt(string kind, string status, string blobName, int blobsToKeep)
    {
        await AddOperationAsync(kind, "7", ("Status", status), ("BlobName", blobName), ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
        await UploadAsync("uploads/session/deep/a1.zip", Old);
        await UploadAsync("uploads/session/b", Old);
        await UploadAsync("uploads/unrelated", Old);

        var task = NewTask(blobsToKeep: blobsToKeep);
        var dry = await task.RunAsync(new CleanupTempFilesOptions { DryRun = true }, Context(), Cancellation);
        var result = await task.RunAsync(new CleanupTempFilesOptions(), Context(), Cancellation);

        (await BlobNamesAsync()).ShouldBe(["uploads/session/b", "uploads/session/deep/a1.zip"]);
        new[] { dry, result }.ShouldAllBe(run => run.Count("deleted") == 1 && run.Count("inUse") == 1);
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("running")]
    public async Task Backup_BelowStorageInAFolderNamedLikeAnArea_KeepsNothingElse(string status)
    {
        await AddOperationAsync(
            "backup",
            "zzz",
            ("Status", status),
            ("BlobName", "storage/uploads/a1 (2).zip"),
            ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
        await UploadAsync("uploads/a1 (2).zip", Old);

        var result = await RunAsync();

        result.Warnings.ShouldBeEmpty();
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task LiveBackup_WithAnAbsolutePathBelowStorage_KeepsNothingElse()
    {
        await AddOperationAsync(
            "backup",
            "7",
            ("Status", "running"),
            ("BlobName", "/app/backups/storage/main/x.zip"),
            ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
        await UploadAsync("uploads/unrelated", Old);
        await UploadAsync("uploads/folder/x.zip", Old);

        await RunAsync();

        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Table_EmptyAfterRunsThatReadRows_FailsAndDeletesNothing()
    {
        await AddOperationAsync("restore", "7", ("Status", "running"), ("WorkPath", "restore_temp/job-a/"), ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
        await UploadAsync("restore_temp/job-a/data.sql", Old);
        await RunAsync();
        await Storage.Operations.DeleteEntityAsync("restore", "7", cancellationToken: Cancellation);

        var dry = await RunAsync(new CleanupTempFilesOptions { DryRun = true });
        var result = await RunAsync();

        new[] { dry, result }.ShouldAllBe(run => run.Outcome == Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldContain("is empty");
        (await BlobNamesAsync()).ShouldBe(["restore_temp/job-a/data.sql"]);
    }
}
