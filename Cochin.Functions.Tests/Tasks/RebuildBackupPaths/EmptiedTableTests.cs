using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>An operations table that has lost its rows.</summary>
public sealed class EmptiedTableTests(AzuriteServer server) : RebuildTest(server)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Table_EmptiedSinceARun_RegistersNothing(bool dryRun)
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await MissingTable.RememberAsync(Storage, Storage.Operations, isDryRun: false, Cancellation);

        var result = await RunAsync(new() { DryRun = dryRun });

        result.Outcome.ShouldBe(Outcome.Failed);
        Counts(result).ShouldBeEmpty();
        var trace = $"seen/{Names.BackupContainer}/{Storage.Operations.Name}";
        result.Error.ShouldBe(
            $"The table '{Storage.Operations.Name}' is empty, although earlier runs read rows of it. Nothing was changed. "
            + "Set Cochin__Storage__TablePrefix to the prefix of the application's tables, or restore the table. To start with an empty table, "
            + $"delete the blob {trace} in the container '{Names.SystemContainer}'.");
        (await BackupsAsync()).ShouldBeEmpty();

        await Storage.System.DeleteBlobAsync(trace, cancellationToken: Cancellation);
        Counts(await RunAsync()).ShouldBe("blobs=1 registered=1", "the message says how to continue");
    }

    [Fact]
    public async Task Table_WithRestoresOnly_IsNotEmpty()
    {
        await UploadAsync("storage/prod/a.zip", Old);
        await AddOperationAsync(OperationKind.Restore, "1", ("Status", "completed"));
        await MissingTable.RememberAsync(Storage, Storage.Operations, isDryRun: false, Cancellation);

        Counts(await RunAsync()).ShouldBe("blobs=1 registered=1");
    }
}
