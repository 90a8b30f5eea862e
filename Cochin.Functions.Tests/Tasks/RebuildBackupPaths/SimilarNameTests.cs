using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Rows whose <c>BlobName</c> is similar to the name of a blob.</summary>
public sealed class SimilarNameTests(AzuriteServer server) : RebuildTest(server)
{
    public static TheoryData<string, string> NearlyEqual => new()
    {
        { "storage/Q/b.zip", "storage/q/b.zip" },
        { "storage/q/b.zip", "storage/Q/b.zip" },
        { "storage/q/B.ZIP", "storage/Q/b.zip" },
        { "storage/q/my+file.zip", "storage/q/my file.zip" },
        { "storage/q/my file.zip", "storage/q/my+file.zip" },
        { "storage/q/my%2Bfile.zip", "storage/q/my file.zip" },
        { "storage/q/my+file.zip", "storage/q/my%20file.zip" },
        { "/app/backups/storage/Q/B.zip", "storage/q/b.zip" },
    };

    [Theory]
    [MemberData(nameof(NearlyEqual))]
    public async Task Record_SimilarName_IsReportedAndNotChecked(string row, string blob)
    {
        await UploadAsync(blob, Old);
        await AddBackupAsync("42", OperationStatus.Completed, row, 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("completed");
        result.Warnings.ShouldContain(warning => warning.Contains("backup/42"));
        result.Warnings.ShouldContain(warning => warning.StartsWith($"{blob} was not registered"));
    }

    [Theory]
    [MemberData(nameof(NearlyEqual))]
    public async Task Record_MarkedMissingWithASimilarName_IsNeitherHealedNorRegistered(string row, string blob)
    {
        await UploadAsync(blob, Old);
        await AddBackupAsync("42", OperationStatus.FileMissing, row, 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        (await BackupsAsync()).ShouldHaveSingleItem().GetString("Status").ShouldBe("file_missing");
        result.Warnings.ShouldContain(warning => warning.StartsWith($"{blob} was not registered"));
    }

    [Fact]
    public async Task Record_NameSimilarToARecordedBlob_IsReportedAndNotMissing()
    {
        await UploadAsync("storage/Q/b.zip", Old);
        await AddBackupAsync("1", OperationStatus.Completed, "storage/Q/b.zip", 7);
        await AddBackupAsync("2", OperationStatus.Completed, "storage/q/b.zip", 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=2");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/2");
        (await StatusAsync("2")).ShouldBe("completed");
    }

    [Fact]
    public async Task Blobs_SimilarNamesWithARecordForOne_AreBothRecordedInTheEnd()
    {
        await UploadAsync("storage/Q/b.zip", Old);
        await UploadAsync("storage/q/b.zip", Old);
        await AddBackupAsync("1", OperationStatus.Completed, "storage/Q/b.zip", 7);

        Counts(await RunAsync()).ShouldBe("blobs=2 records=1 registered=1");
        Counts(await RunAsync()).ShouldBe("blobs=2 records=2");
    }

    [Theory]
    [InlineData("x.zip")]
    [InlineData("/mnt/nas/q/X.zip")]
    [InlineData("https://elsewhere.blob.core.windows.net/backups/storage/q/x.zip")]
    public async Task Blob_FileNameOfAnAmbiguousRow_IsNotRegistered(string blobName)
    {
        await UploadAsync("storage/q/x.zip", Old);
        await UploadAsync("storage/q/other.zip", Old);
        await AddBackupAsync("42", OperationStatus.Completed, blobName, 7);

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=2 records=1 registered=1");
        result.Warnings.ShouldContain(warning => warning.Contains("backup/42"));
        result.Warnings.ShouldContain(warning => warning.StartsWith("storage/q/x.zip was not registered"));
    }
}
