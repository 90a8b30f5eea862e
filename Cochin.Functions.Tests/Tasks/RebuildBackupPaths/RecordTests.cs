using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class RecordTests(AzuriteServer server) : RebuildTest(server)
{
    [Fact]
    public async Task Record_BlobBackWithAnotherSize_IsNotHealed()
    {
        await AddBackupAsync("42", "file_missing", "storage/prod/back.zip", 5_000_000);
        await UploadAsync("storage/prod/back.zip", Old, "eleven byte");

        var result = await RunAsync();

        Count(result, "healed").ShouldBe(0);
        (await StatusAsync("42")).ShouldBe("file_missing");
    }

    [Fact]
    public async Task Record_BlobMissing_IsMarkedAndKeepsOtherColumns()
    {
        await AddBackupAsync("42", "completed", "storage/prod/gone.zip", 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("records=1 missing=1");
        var row = await BackupAsync("42");
        row.GetString("Status").ShouldBe("file_missing");
        row.GetString("ErrorMessage").ShouldContain("storage/prod/gone.zip");
        row.GetString("ErrorMessage").ShouldContain("rebuild_backup_paths");
        row.GetString("Name").ShouldBe("kept");
        row.GetInt64("SizeBytes").ShouldBe(7);
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("running")]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task Record_NotCompleted_IsNotChecked(string status)
    {
        await AddBackupAsync("42", status, "storage/prod/gone.zip");

        Counts(await RunAsync()).ShouldBe("records=1");
        (await StatusAsync("42")).ShouldBe(status);
    }

    [Fact]
    public async Task Record_WithoutBlobName_IsNotChecked()
    {
        await AddBackupAsync("42", "completed", null);
        await AddOperationAsync("restore", "43", ("Status", "completed"), ("BlobName", "storage/prod/gone.zip"));

        Counts(await RunAsync()).ShouldBe("records=1");
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Fact]
    public async Task Record_BlobBack_IsHealed()
    {
        await UploadAsync("storage/prod/back.zip", content: "1234567");
        await AddOperationAsync("backup", "42", ("Status", "file_missing"), ("BlobName", "storage/prod/back.zip"), ("SizeBytes", 7L), ("ErrorMessage", "gone"));

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1 healed=1");
        var row = await BackupAsync("42");
        row.GetString("Status").ShouldBe("completed");
        row.GetString("ErrorMessage").ShouldBeEmpty();
    }

    [Fact]
    public async Task Record_WithAnotherSize_IsReportedAndNotChanged()
    {
        await UploadAsync("storage/prod/a.zip", content: "1234567");
        await AddBackupAsync("42", "completed", "storage/prod/a.zip", 9);
        var before = (await BackupAsync("42")).ETag;

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=1 records=1 mismatched=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("storage/prod/a.zip has 7 bytes, but its record has 9");
        (await BackupAsync("42")).ETag.ShouldBe(before);
    }

    [Fact]
    public async Task Records_OfOneBlob_AreBothChecked()
    {
        await AddBackupAsync("1", "completed", "storage/prod/gone.zip");
        await AddBackupAsync("2", "completed", "storage/prod/gone.zip");

        Counts(await RunAsync()).ShouldBe("records=2 missing=2");
    }

    [Fact]
    public async Task Record_BlobOutsideTheListing_IsMissingOnlyIfItDoesNotExist()
    {
        await UploadAsync("legacy/there.zip");
        await UploadAsync("storage/prod/there.txt");
        await AddBackupAsync("1", "completed", "legacy/there.zip");
        await AddBackupAsync("2", "completed", "storage/prod/there.txt");
        await AddBackupAsync("3", "completed", "legacy/gone.zip");

        Counts(await RunAsync()).ShouldBe("blobs=1 records=3 missing=1 ignored=1");
        (await StatusAsync("3")).ShouldBe("file_missing");
    }
}
