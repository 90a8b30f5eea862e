using System.Text;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Rows whose <c>BlobName</c> is another spelling of the blob's name.</summary>
public sealed class SpellingTests(AzuriteServer server) : RebuildTest(server)
{
    private const string Blob = "storage/q/été.zip";

    private static readonly string Decomposed = Blob.Normalize(NormalizationForm.FormD);

    public static TheoryData<string> Spellings =>
    [
        "/storage/q/été.zip", "./storage/q/été.zip", "storage//q/été.zip", "storage\\q\\été.zip", "backups/storage/q/été.zip",
        "/app/backups/storage/q/été.zip", "storage/q/%C3%A9t%C3%A9.zip", Decomposed, "{container}/storage/q/%C3%A9t%C3%A9.zip?sig=c2VjcmV0",
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Record_SpelledDifferently_IsCorrectAndItsBlobIsNotRegistered(string spelling)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("42", OperationStatus.Completed, Spelled(spelling), 7);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=1 records=1");
        var row = (await BackupsAsync()).ShouldHaveSingleItem();
        row.GetString("Status").ShouldBe("completed");
        row.GetString("BlobName").ShouldBe(Spelled(spelling), "the application's value is reported, not changed");
        result.Warnings.Count.ShouldBe(spelling.Contains('\\') ? 0 : 1, "the service treats a backslash as a slash");
        result.Warnings.ShouldAllBe(warning => warning.Contains("backup/42") && !warning.Contains("c2VjcmV0"));
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Record_SpelledDifferentlyAndMarkedMissing_IsHealed(string spelling)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("42", OperationStatus.FileMissing, Spelled(spelling), 7);

        Counts(await RunAsync()).ShouldBe("blobs=1 records=1 healed=1");
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Record_SpelledDifferentlyWithoutABlob_IsMissing(string spelling)
    {
        await AddBackupAsync("42", OperationStatus.Completed, Spelled(spelling), 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("records=1 missing=1");
        (await BackupAsync("42")).GetString("ErrorMessage").ShouldNotContain("c2VjcmV0");
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task Blob_SpelledDifferentlyByALiveOperation_IsInFlight(string spelling)
    {
        await UploadAsync(Blob, Old);
        await AddBackupAsync("42", OperationStatus.Running, Spelled(spelling));

        Counts(await RunAsync()).ShouldBe("blobs=1 records=1 inFlight=1");
        (await BackupsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Record_ComposedAccentsAndBlobDecomposed_IsCorrectAndHealed()
    {
        await UploadAsync(Decomposed, Old);
        await AddBackupAsync("1", OperationStatus.FileMissing, Blob, 7);

        Counts(await RunAsync()).ShouldBe("blobs=1 records=1 healed=1");
        Counts(await RunAsync()).ShouldBe("blobs=1 records=1");
    }

    [Fact]
    public async Task Records_OfOneBlobInTwoSpellings_AreReportedAndNotChanged()
    {
        await UploadAsync("storage/q/x.zip", Old);
        await AddBackupAsync("exact", OperationStatus.Completed, "storage/q/x.zip", 7);
        await AddBackupAsync("other", OperationStatus.Completed, "/app/backups/storage/q/x.zip", 7);
        await AddBackupAsync("marked", OperationStatus.FileMissing, "\\storage\\q\\x.zip", 7);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=1 records=3");
        result.Warnings.Count.ShouldBe(2);
        result.Warnings.ShouldContain(warning => warning.Contains("backup/other") && warning.Contains("storage/q/x.zip"));
        (await StatusAsync("other")).ShouldBe("completed");
        (await StatusAsync("marked")).ShouldBe("file_missing");
    }

    [Fact]
    public async Task Blobs_OfOneFormWithAnAmbiguousRow_AreNotRegistered()
    {
        await UploadAsync(Blob, Old);
        await UploadAsync(Decomposed, Old);
        await AddBackupAsync("42", OperationStatus.Completed, "/" + Blob, 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=2 records=1");
        result.Warnings.Count.ShouldBe(3, "the row and both blobs");
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
        Items.Count(item => item is { Decision: "report", Reason: "unclear" }).ShouldBe(3);
    }

    [Fact]
    public async Task Blobs_OfOneFormWithARecordEach_AreCorrect()
    {
        await UploadAsync(Blob, Old);
        await UploadAsync(Decomposed, Old);
        await AddBackupAsync("1", OperationStatus.Completed, Blob, 7);
        await AddBackupAsync("2", OperationStatus.Completed, Decomposed, 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=2 records=2");
        result.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Blob_OfAFormWhoseRowHasAnExactBlob_IsRegistered()
    {
        await UploadAsync(Blob, Old);
        await UploadAsync(Decomposed, Old);
        await AddBackupAsync("2", OperationStatus.Completed, Decomposed, 7);

        Counts(await RunAsync()).ShouldBe("blobs=2 records=1 registered=1");
        Counts(await RunAsync()).ShouldBe("blobs=2 records=2");
    }

    [Fact]
    public async Task Record_PerhapsOfAnUnusuallySpelledBlob_IsNotMissing()
    {
        await UploadAsync("storage/q//x.zip", Old);
        await AddBackupAsync("42", OperationStatus.Completed, "storage/q/x.zip", 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/42");
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
    }

    [Theory]
    [InlineData("https://elsewhere.blob.core.windows.net/backups/storage/q/x.zip")]
    [InlineData("/mnt/nas/q/x.zip")]
    public async Task Record_OfAnotherStorage_IsReportedAndNeverMissing(string blobName)
    {
        await AddBackupAsync("42", OperationStatus.Completed, blobName, 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("records=1");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/42");
        (await StatusAsync("42")).ShouldBe("completed");
    }

    [Fact]
    public async Task Record_ExactNameThatLooksLikeAPath_RefersToThatBlob()
    {
        await UploadAsync("/app/backups/storage/q/x.zip", Old);
        await UploadAsync("storage/q/x.zip", Old);
        await AddBackupAsync("42", OperationStatus.FileMissing, "/app/backups/storage/q/x.zip", 7);

        var result = await RunAsync();

        Count(result, "healed").ShouldBe(1, "the exact name comes first");
    }

    [Fact]
    public async Task Record_SpelledDifferentlyWithAnotherSize_IsAMismatch()
    {
        await UploadAsync("storage/q/x.zip", Old);
        await AddBackupAsync("42", OperationStatus.Completed, "/storage/q/x.zip", 9);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1 mismatched=1");
        result.Warnings.ShouldContain(warning => warning.Contains("has 7 bytes, but its record has 9"));
    }

    [Fact]
    public async Task Row_WrittenWithAnotherSpellingDuringTheRegistration_StaysTheOnlyOne()
    {
        await UploadAsync("storage/q/x.zip", Old);
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        var storage = NewStorage(RequestHook.Once(RequestHook.IsInsert, () => AddBackupAsync("42", OperationStatus.Completed, "/storage/q/x.zip", 7)));

        await RunAsync(storage: storage);

        (await BackupsAsync()).ShouldHaveSingleItem().RowKey.ShouldBe("42");
    }

    [Fact]
    public async Task Records_SpelledDifferently_AreSummarizedInOneWarning()
    {
        for (var i = 0; i < 30; i++)
        {
            await UploadAsync($"storage/q/{i}.zip", Old);
            await AddBackupAsync($"b{i}", OperationStatus.Completed, $"/app/backups/storage/q/{i}.zip", 7);
        }

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=30 records=30");
        result.Warnings.ShouldHaveSingleItem().ShouldStartWith("30 records have another spelling of their blobs' names");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Work_InParts_HasTheSameResult(int rowsPerPage)
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            await UploadAsync($"storage/q/{name}.zip", Old);
        }

        await AddBackupAsync("1", OperationStatus.Completed, "/storage/q/a.zip", 7);
        await AddBackupAsync("2", OperationStatus.FileMissing, "storage\\q\\b.zip", 7);
        await AddBackupAsync("3", OperationStatus.Completed, "/storage/q/gone.zip", 7);
        await AddBackupAsync("4", OperationStatus.Failed, "/storage/q/c.zip", 7);
        var storage = NewStorageOfSmallPages(new RequestHook(_ => Task.CompletedTask), rowsPerPage: rowsPerPage);
        var checkpoint = new MemoryCheckpoint();
        IsOutOfTime = () => true;
        for (var i = 0; i < 3; i++)
        {
            await RunAsync(storage: storage, checkpoint: checkpoint);
        }

        IsOutOfTime = () => false;
        var result = await RunAsync(storage: storage, checkpoint: checkpoint);

        Counts(result).ShouldBe("blobs=4 records=4 registered=1 missing=1 healed=1");
        (await BackupsAsync()).Count.ShouldBe(5);
    }

    private string Spelled(string spelling) => spelling.Replace("{container}", Storage.Backups.Uri.AbsoluteUri, StringComparison.Ordinal);
}
