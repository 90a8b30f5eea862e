using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

public sealed class EmptyBackupTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Blob_Empty_IsReportedAndNotRegistered(bool dryRun)
    {
        await UploadAsync("storage/q/empty.sql.gz", Old, content: "");

        var result = await RunAsync(new() { DryRun = dryRun });

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=1 ignored=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("storage/q/empty.sql.gz is empty");
        var item = Items.ShouldHaveSingleItem();
        (item.Decision, item.Reason).ShouldBe(("report", "empty"));
        (await Storage.Operations.ReadAsync("", cancellationToken: Cancellation).ToListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Blob_YoungAndEmpty_IsInFlight()
    {
        await UploadAsync("storage/q/empty.sql.gz", content: "");

        Counts(await RunAsync()).ShouldBe("blobs=1 inFlight=1");
    }

    [Theory]
    [InlineData("storage/q/folder.zip")]
    [InlineData("storage/q")]
    public async Task Blob_FolderEntry_IsIgnoredWithoutAWarning(string name)
    {
        await UploadAsync(name, Old, content: "", metadata: new Dictionary<string, string> { ["hdi_isfolder"] = "true" });

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 ignored=1");
        result.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Record_BlobNowEmpty_IsAMismatch()
    {
        await UploadAsync("storage/q/x.zip", Old, content: "");
        await AddBackupAsync("42", OperationStatus.Completed, "storage/q/x.zip", 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1 mismatched=1");
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(null)]
    public async Task Record_OfAnEmptyBlob_IsReported(long? size)
    {
        await UploadAsync("storage/q/x.zip", Old, content: "");
        await AddBackupAsync("42", OperationStatus.Completed, "storage/q/x.zip", size);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/42: its blob storage/q/x.zip is empty");
        Items.ShouldContain(item => item.Decision == "report" && item.Reason == "empty");
    }

    [Fact]
    public async Task Record_BlobBackButEmpty_IsNotHealed()
    {
        await UploadAsync("storage/q/x.zip", Old, content: "");
        await AddBackupAsync("42", OperationStatus.FileMissing, "storage/q/x.zip");

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("is empty");
        (await StatusAsync("42")).ShouldBe("file_missing");
    }

    [Fact]
    public async Task Blob_EmptyInSeveralRuns_IsCountedOnce()
    {
        await UploadAsync("storage/q/empty.zip", Old, content: "");
        await UploadAsync("storage/q/x.zip", Old);
        await AddBackupAsync("42", OperationStatus.Completed, "storage/q/gone.zip");
        var checkpoint = new MemoryCheckpoint();
        IsOutOfTime = () => true;
        for (var i = 0; i < 4; i++)
        {
            await RunAsync(checkpoint: checkpoint);
        }

        IsOutOfTime = () => false;

        Counts(await RunAsync(checkpoint: checkpoint)).ShouldBe("blobs=2 records=1 registered=1 missing=1 ignored=1");
    }
}
