using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Rows that are neither backups nor restores, because their PartitionKey has another spelling.</summary>
public sealed class UnknownPartitionTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData("storage/prod/a.zip")]
    [InlineData("/app/backups/storage/prod/a.zip")]
    [InlineData("STORAGE/prod/a.zip")]
    [InlineData(5)]
    public async Task Rows_OfUnknownPartitions_ClaimTheirBlobs(object blobName)
    {
        await UploadAsync("storage/prod/a.zip", Old);
        foreach (var partition in new[] { "Backup", "backups", " backup" })
        {
            await AddOperationAsync(partition, "1", ("Status", "completed"), ("BlobName", blobName), ("Protected", true));
        }

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Completed);
        Count(result, "registered").ShouldBe(0);
        (await BackupsAsync()).ShouldBeEmpty();
        result.Warnings.ShouldContain(
            "The operations table has rows with the PartitionKeys ' backup', 'Backup', 'backups', which are read neither as backups nor as restores, "
            + "so the blobs that they name are kept and not registered. Write these rows with the PartitionKey 'backup' or 'restore'.");
    }

    [Fact]
    public async Task Row_OfAnUnknownPartitionWrittenMeanwhile_ClaimsItsBlob()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        var race = RequestHook.Once(
            RequestHook.IsDownload, () => AddOperationAsync("Backup", "1", ("Status", "completed"), ("BlobName", "storage/prod/a.zip")));

        Count(await RunAsync(storage: NewStorage(race)), "registered").ShouldBe(0);

        (await BackupsAsync()).ShouldBeEmpty();
    }
}
