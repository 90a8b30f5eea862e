using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.VerifyBackups;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

/// <summary>An operations table that has lost its rows, or has them in other partitions.</summary>
public sealed class VerifyTableTests(AzuriteServer server) : VerifyTest(server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Table_EmptiedSinceARun_FailsTheRun(bool dryRun)
    {
        await AddBackupAsync("1", Sound);
        Counts(await RunAsync()).ShouldBe("examined=1 verified=1");
        await Storage.Operations.DeleteEntityAsync(OperationKind.Backup, "1", cancellationToken: Cancellation);

        var result = await RunAsync(new VerifyBackupsOptions { DryRun = dryRun });

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldNotBeNull().ShouldStartWith(
            $"The table '{Storage.Operations.Name}' is empty, although earlier runs read rows of it. Nothing was verified.");
    }

    [Fact]
    public async Task Table_WithRestoresOnly_IsNotEmpty()
    {
        await AddOperationAsync(OperationKind.Restore, "1", ("Status", "completed"));
        await MissingTable.RememberAsync(Storage, Storage.Operations, isDryRun: false, Cancellation);

        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task DryRun_DoesNotRecordThatRowsWereRead()
    {
        await AddBackupAsync("1", Sound);
        await RunAsync(new VerifyBackupsOptions { DryRun = true });

        (await MissingTable.FindTraceAsync(Storage, Storage.Operations, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Rows_OfUnknownPartitions_AreNamedAndNotVerified()
    {
        await AddBackupAsync("1", Sound);
        await UploadAsync(BlobOf("2"), Sound);
        foreach (var partition in new[] { "Backup", "backups" })
        {
            await AddOperationAsync(partition, "1", ("Status", "completed"), ("BlobName", BlobOf("2")));
        }

        var result = await RunAsync();

        Counts(result).ShouldBe("examined=1 verified=1");
        result.Warnings.ShouldBe(
        [
            "The operations table has rows with the PartitionKeys 'Backup', 'backups', which are read neither as backups nor as restores, "
            + "so they are not verified. Write these rows with the PartitionKey 'backup' or 'restore'.",
        ]);
    }
}
