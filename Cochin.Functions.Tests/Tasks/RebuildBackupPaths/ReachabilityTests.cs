using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks.CleanupTempFiles;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Blob names that no request can address: no request is sent to the blobs that the addresses would refer to.</summary>
public sealed class ReachabilityTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData("storage/../temp/x.zip")]
    [InlineData("../elsewhere/x.zip")]
    [InlineData("storage/../storage/y.zip")]
    public async Task Record_BlobThatNoRequestCanAddress_IsReportedAndNotChanged(string blobName)
    {
        await UploadAsync("temp/x.zip", Old);
        await UploadAsync("storage/x.zip", Old, metadata: new Dictionary<string, string>());
        await AddBackupAsync("hostile", OperationStatus.Completed, blobName);
        await AddBackupAsync("returned", OperationStatus.FileMissing, blobName);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        result.Error.ShouldNotBeNull().ShouldContain("no request can address");
        (await StatusAsync("hostile")).ShouldBe(OperationStatus.Completed);
        (await StatusAsync("returned")).ShouldBe(OperationStatus.FileMissing);
    }

    [Fact]
    public async Task Orphan_ThatNoRequestCanAddress_IsReportedAndNotRegistered()
    {
        await UploadAsync("storage/nightly/x.zip", Old);
        var rewrite = new ListingRewrite(
            listing => listing.Replace("<Name>storage/nightly/x.zip</Name>", "<Name>storage/../temp/x.zip</Name>", StringComparison.Ordinal));

        var result = await RunAsync(storage: NewStorage(rewrite));

        result.Outcome.ShouldBe(Outcome.Partial);
        Count(result, "registered").ShouldBe(0);
        result.Error.ShouldNotBeNull().ShouldContain("no request can address storage/../temp/x.zip");
        (await BackupsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("storage/nightly/a b.zip", true)]
    [InlineData("storage/nightly/é%41#?+&.zip", true)]
    [InlineData("storage//a.zip", true)]
    [InlineData("storage/a/", true)]
    [InlineData("storage/.hidden.zip", true)]
    [InlineData("storage/../a.zip", false)]
    [InlineData("storage/..", false)]
    [InlineData("./a.zip", false)]
    public void Name_UnchangedInAnAddress_IsReachable(string blobName, bool isReachable) =>
        (Reachability.Problem(Storage.Backups, blobName) is null).ShouldBe(isReachable);
}
