using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>Rows that are neither backups nor restores, because their PartitionKey has another spelling.</summary>
public sealed class PrunePartitionTests(AzuriteServer server) : PruneTest(server)
{
    [Theory]
    [InlineData("Backup", "completed")]
    [InlineData(" backup", "failed")]
    [InlineData("backups", "pruned")]
    [InlineData("Restore", null)]
    public async Task Row_OfAnUnknownPartition_ClaimsItsBlob(string partition, string? status)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3);
        await AddOperationAsync(partition, "2", ("Status", status), ("BlobName", "/app/backups/" + BlobOf("2")), ("BackupId", "1"));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=3 kept=2 pruned=1");
        ReasonOf("2").ShouldBe("keep shared");
        result.Warnings.ShouldContain(
            $"The operations table has rows with the PartitionKey '{partition}', which are read neither as backups nor as restores, so the blobs that they "
            + "name are kept and not registered. Write these rows with the PartitionKey 'backup' or 'restore'.");
    }

    [Fact]
    public async Task Row_OfAnUnknownPartitionWithAnUnreadableBlobName_ClaimsEveryBlob()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddOperationAsync("Backup", "3", ("Status", "failed"), ("BlobName", 5));

        Counts(await RunAsync()).ShouldBe("examined=2 kept=2");
    }

    [Fact]
    public async Task Row_OfAnUnknownPartitionWithoutABlob_IsNoProblem()
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddOperationAsync("note", "3", ("Status", "completed"));

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=2 kept=1 pruned=1");
        result.Warnings.ShouldBeEmpty();
    }
}
