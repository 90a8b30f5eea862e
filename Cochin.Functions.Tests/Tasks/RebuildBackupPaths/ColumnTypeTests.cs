using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Rows whose columns have another type than in the contract.</summary>
public sealed class ColumnTypeTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData("BlobName")]
    [InlineData("SizeBytes")]
    public async Task Record_ColumnOfAnotherType_IsReportedAndNotChanged(string column)
    {
        await UploadAsync("storage/q/x.zip", Old);
        await AddBackupAsync("1", OperationStatus.Completed, "storage/q/x.zip", 7);
        object name = column == "BlobName" ? 42L : "storage/q/x.zip";
        object size = column == "SizeBytes" ? Guid.Empty : 7L;
        await AddOperationAsync("backup", "2", ("Status", "completed"), ("BlobName", name), ("SizeBytes", size));

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=2");
        result.Warnings.ShouldHaveSingleItem().ShouldContain("backup/2: its " + column);
        (await StatusAsync("2")).ShouldBe("completed");
    }

    [Fact]
    public async Task Record_NameAsBytesAndSizeAsText_IsRead()
    {
        await UploadAsync("storage/q/x.zip", Old);
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("BlobName", "storage/q/x.zip"u8.ToArray()), ("SizeBytes", "7"));

        var result = await RunAsync();

        Counts(result).ShouldBe("blobs=1 records=1");
        result.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("backup", "completed", 7L, 1)]
    [InlineData("backup", "file_missing", 7L, 1)]
    [InlineData("backup", "completed", null, 0)]
    [InlineData("backup", "failed", 7L, 0)]
    [InlineData("backup", "running", 7L, 0)]
    [InlineData("restore", "running", null, 0)]
    [InlineData("restore", "completed", null, 2)]
    public async Task Blob_PerhapsOfARowWithAnUnreadableName_IsNotRegistered(string kind, string status, long? size, int registered)
    {
        await UploadAsync("storage/q/x.zip", Old);
        await UploadAsync("storage/q/larger.zip", Old, "larger one");
        await AddOperationAsync(kind, "2", ("Status", status), ("BlobName", 42L), ("SizeBytes", size));

        foreach (var options in new[] { new RebuildBackupPathsOptions { DryRun = true }, new() })
        {
            var result = await RunAsync(options);

            Count(result, "registered").ShouldBe(registered);
            Count(result, "missing").ShouldBe(0);
            result.Warnings.Count(warning => warning.Contains("was not registered")).ShouldBe(2 - registered);
            result.Warnings.Any(warning => warning.StartsWith($"{kind}/2: its BlobName", StringComparison.Ordinal)).ShouldBe(registered < 2);
        }
    }
}
