using Azure.Data.Tables;
using Cochin.Functions.Local.Demo;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Local.Demo;

/// <summary>The demo uses an embedded storage only if it has created the data in it.</summary>
public sealed class DemoStoreTests(AzuriteServer server) : StorageTest(server)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 13, 0, 0, TimeSpan.Zero);

    private DemoStore Store => new(new StorageConnection(ConnectionString), Names);

    [Fact]
    public async Task State_ContainerOfAnother_IsForeign() => (await Store.ReadStateAsync(Cancellation)).ShouldBe(DemoState.Foreign);

    [Theory]
    [InlineData("Operations")]
    [InlineData("Devis")]
    [InlineData("Configurations")]
    public async Task State_RowsOfAnother_IsForeign(string table)
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await AddRowAsync(Storage.Tables.GetTableClient(Names.TablePrefix + table), "p", "1", []);

        (await Store.ReadStateAsync(Cancellation)).ShouldBe(DemoState.Foreign);
    }

    [Fact]
    public async Task State_OnlyRecordsOfRuns_IsEmpty()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        await AddRowAsync(Storage.Jobs, "job", "cleanup_temp_files", []);

        (await Store.ReadStateAsync(Cancellation)).ShouldBe(DemoState.Empty);
    }

    [Fact]
    public async Task State_InterruptedAndThenFilled_IsOfTheDemo()
    {
        await Storage.Backups.DeleteAsync(cancellationToken: Cancellation);
        var content = new DemoContent(Now, DateOnly.FromDateTime(Now.DateTime));
        using var interruption = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => Store.FillAsync(content, _ => interruption.Cancel(), interruption.Token));
        var interrupted = await Store.ReadStateAsync(Cancellation);
        await Store.ClearAsync(Cancellation);
        var cleared = await Store.ReadStateAsync(Cancellation);
        await Store.FillAsync(content, static _ => { }, Cancellation);

        (interrupted, cleared, await Store.ReadStateAsync(Cancellation)).ShouldBe((DemoState.Begun, DemoState.Empty, DemoState.Filled));
    }
}
