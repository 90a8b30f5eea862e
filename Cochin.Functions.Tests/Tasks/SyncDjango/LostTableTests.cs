using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>A table that earlier runs read is gone. Recreating it would lose what others wrote in it: which alerts were sent, for example.</summary>
public sealed class LostTableTests(AzuriteServer server) : SyncTest(server)
{
    [Theory]
    [InlineData(nameof(CochinStorage.Operations))]
    [InlineData(nameof(CochinStorage.Configurations))]
    [InlineData(nameof(CochinStorage.Devis))]
    public async Task Run_TableThatWasReadBefore_IsNotRecreated(string name)
    {
        Fill();
        await RunAsync();
        var table = Table(name);
        await table.DeleteAsync(Cancellation);
        var writes = Writes();

        var result = await RunAsync(storage: NewStorage(writes));

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error.ShouldBe(
            $"The table '{table.Name}' does not exist, although earlier runs read it. Nothing was copied. Set Cochin__Storage__TablePrefix to the prefix of "
                + "the application's tables, or restore the table. To start with an empty table, create it.");
        writes.Count.ShouldBe(0);

        await table.CreateAsync(Cancellation);
        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
    }

    [Theory]
    [InlineData(nameof(CochinStorage.Configurations))]
    [InlineData(nameof(CochinStorage.Devis))]
    public async Task Run_WithoutRecordsOfATable_DoesNotMissIt(string name)
    {
        Django.AddBackupWithFile(1);
        await RunAsync();

        (await MissingTable.FindTraceAsync(Storage, Table(name), Cancellation)).ShouldBeNull();
        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Run_AfterOneThatCouldNotWriteARow_DoesNotMissTheTable()
    {
        Directory.CreateDirectory(Path.Combine(Django.Backups, "storage", ".hidden"));
        Django.AddBackupWithFile(1, ("file_path", "storage/.hidden/1.zip"));
        (await RunAsync()).Count("failed").ShouldBe(1);

        (await RunAsync()).Error.ShouldNotBeNull().ShouldNotContain("earlier runs");
    }

    private TableClient Table(string name) => name switch
    {
        nameof(CochinStorage.Operations) => Storage.Operations,
        nameof(CochinStorage.Configurations) => Storage.Configurations,
        _ => Storage.Devis,
    };
}
