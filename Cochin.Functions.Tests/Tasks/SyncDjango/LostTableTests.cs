using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>
/// A table that earlier runs read is gone, or has lost its rows. Filling it again would lose what others wrote in it: which alerts were sent, for example.
/// </summary>
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
            $"The table '{table.Name}' does not exist, although earlier runs read it. Nothing was copied. {Hint(table)}");
        writes.Count.ShouldBe(0);

        await table.CreateAsync(Cancellation);
        (await RunAsync()).Outcome.ShouldBe(Outcome.Failed, "an empty table is not the lost one");
        await ConsentAsync(table);
        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
    }

    [Theory]
    [InlineData(nameof(CochinStorage.Operations))]
    [InlineData(nameof(CochinStorage.Configurations))]
    [InlineData(nameof(CochinStorage.Devis))]
    public async Task Run_TableThatHasLostItsRows_IsNotFilledAgain(string name)
    {
        Fill();
        await RunAsync();
        await ChangeBackupAsync(await BackupAsync(1), ("Protected", true));
        await ChangeBackupAsync(await BackupAsync(2), ("Status", "pruned"));
        await Storage.Backups.DeleteBlobAsync("storage/prod/2.zip", cancellationToken: Cancellation);
        await ChangeAsync(Storage.Devis, await QuoteAsync("django-1"), ("StartNotifiedFor", "2026-11-30"));
        var table = Table(name);
        await EmptyAsync(table);
        var writes = Writes();

        foreach (var dryRun in new[] { true, false })
        {
            var result = await RunAsync(dryRun, NewStorage(writes));

            result.Outcome.ShouldBe(Outcome.Failed);
            result.Error.ShouldBe($"The table '{table.Name}' is empty, although earlier runs read rows of it. Nothing was copied. {Hint(table)}");
            writes.Count.ShouldBe(0);
        }

        await ConsentAsync(table);
        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Run_TableWithRestoresOnly_IsNotEmpty()
    {
        Django.AddExternal(1, "completed");
        await RunAsync();
        Django.AddBackupWithFile(1);

        Counts(await RunAsync()).ShouldBe("backups=1 restores=1 uploaded=1 written=1 unchanged=1");
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

    private string Hint(TableClient table) =>
        "Set Cochin__Storage__TablePrefix to the prefix of the application's tables, or restore the table. To start with an empty table, "
        + $"delete the blob {Trace(table)} in the container '{Names.SystemContainer}'.";

    private Task ConsentAsync(TableClient table) => Storage.System.DeleteBlobAsync(Trace(table), cancellationToken: Cancellation);

    private string Trace(TableClient table) => $"seen/{Names.BackupContainer}/{table.Name}";

    private static async Task EmptyAsync(TableClient table)
    {
        foreach (var row in await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation))
        {
            await table.DeleteEntityAsync(row, cancellationToken: Cancellation);
        }
    }

    private TableClient Table(string name) => name switch
    {
        nameof(CochinStorage.Operations) => Storage.Operations,
        nameof(CochinStorage.Configurations) => Storage.Configurations,
        _ => Storage.Devis,
    };
}
