using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Hidden files and the folders that a NAS or a desktop adds are not backups.</summary>
public sealed class HiddenBlobTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData("storage/q/._x.zip")]
    [InlineData("storage/.trash/x.zip")]
    [InlineData("storage/q/@eaDir/x.zip/SYNO.json")]
    [InlineData("storage/#recycle/q/x.zip")]
    [InlineData("storage/#snapshot/q/x.zip")]
    [InlineData("storage/@Recycle/x.zip")]
    [InlineData("storage/q/$RECYCLE.BIN/x.zip")]
    [InlineData("storage/System Volume Information/x.zip")]
    [InlineData("storage/q/__MACOSX/x.zip")]
    [InlineData("storage/q/@EADIR/x.zip")]
    public async Task Blob_HiddenOrInANasFolder_IsIgnored(string name)
    {
        await UploadAsync(name, Old);

        var result = await RunAsync();

        result.Warnings.ShouldBeEmpty();
        Counts(result).ShouldBe("blobs=1 ignored=1");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("storage/q/x.zip.zip")]
    [InlineData("storage/q/@me/x.zip")]
    [InlineData("storage/q/#1/x.zip")]
    [InlineData("storage/q/v1..2.zip")]
    public async Task Blob_SimilarName_IsRegistered(string name)
    {
        await UploadAsync(name, Old);

        Counts(await RunAsync()).ShouldBe("blobs=1 registered=1");
    }

    [Fact]
    public async Task Record_OfAHiddenBlob_KeepsWorking()
    {
        await UploadAsync("storage/.old/there.zip", Old);
        await UploadAsync("storage/.old/back.zip", Old);
        await AddBackupAsync("there", OperationStatus.Completed, "storage/.old/there.zip", 7);
        await AddBackupAsync("back", OperationStatus.FileMissing, "storage/.old/back.zip", 7);
        await AddBackupAsync("gone", OperationStatus.Completed, "storage/.old/gone.zip", 7);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Counts(result).ShouldBe("blobs=2 records=3 missing=1 healed=1 ignored=2");
        (await StatusAsync("there")).ShouldBe("completed");
        (await StatusAsync("back")).ShouldBe("completed");
        (await StatusAsync("gone")).ShouldBe("file_missing");
    }
}
