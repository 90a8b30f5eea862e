using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;
using Cochin.Functions.Storage;

namespace Cochin.Bench.Reconciliation;

/// <summary>
/// Backups and their records in an Azurite: as many records as asked for, each with its blob, but for those of <see cref="Gone"/>, which are
/// marked as missing. So there is nothing to do, until <see cref="UnsettleAsync"/> makes some of it wrong.
/// </summary>
internal sealed class ReconciliationStore(FilledAzurite azurite, int records) : IAsyncDisposable
{
    private const int RowsInTransaction = 100;
    private const string Rebuilt = "rebuilt-";

    // An empty blob would not be taken for a backup.
    private static readonly BinaryData Content = new("a backup");
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content.ToMemory().Span));

    private static readonly DateTimeOffset Created = new(2026, 9, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly CochinStorage storage = new StorageConnection(azurite.Endpoint.ConnectionString).Connect(new StorageNames());

    public string ConnectionString => azurite.Endpoint.ConnectionString;

    public int ServerId => azurite.Endpoint.ProcessId;

    public StorageConnection Connection => new(ConnectionString);

    /// <summary>Records whose blob is not there: half a percent.</summary>
    public int Gone => GoneOf(records);

    /// <summary>Records to be marked missing whose blob is there: a quarter of a percent, and as many blobs to be left without a record.</summary>
    public int Returned => records / 400;

    public static async Task<ReconciliationStore> StartAsync(BenchContext context, int records, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var names = Enumerable.Range(GoneOf(records), records - GoneOf(records)).Select(BlobName).ToArray();
        var rows = Enumerable.Range(0, records).Select(i => Row(i, i < GoneOf(records) ? OperationStatus.FileMissing : OperationStatus.Completed)).ToArray();
        var store = new ReconciliationStore(await FilledAzurite.StartAsync(context, names, rows, cancellationToken, Content), records);
        context.Say($"{names.Length:N0} blobs and {records:N0} records made in {clock.Elapsed.TotalSeconds:0} s");
        return store;
    }

    public ValueTask DisposeAsync() => azurite.DisposeAsync();

    /// <summary>Makes one in a hundred wrong: missing, returned, without a record.</summary>
    public async Task UnsettleAsync(CancellationToken cancellationToken)
    {
        await DeleteAsync(await KeysAsync($"PartitionKey eq 'backup' and RowKey ge '{Rebuilt}'", cancellationToken), cancellationToken);
        await UpsertAsync(Enumerable.Range(0, Gone).Select(i => Row(i, OperationStatus.Completed)), cancellationToken);
        await UpsertAsync(Enumerable.Range(Gone, Returned).Select(i => Row(i, OperationStatus.FileMissing)), cancellationToken);
        var returned = $"PartitionKey eq 'backup' and RowKey ge '{Key(Gone + Returned)}' and RowKey lt '{Key(Gone + (2 * Returned))}'";
        await DeleteAsync(await KeysAsync(returned, cancellationToken), cancellationToken);
    }

    /// <returns>What is wrong; null where the reconciliation has made everything right.</returns>
    public async Task<string?> CheckRepairedAsync(CancellationToken cancellationToken)
    {
        var missing = await KeysAsync($"PartitionKey eq 'backup' and Status eq '{OperationStatus.FileMissing}'", cancellationToken);
        var registered = await KeysAsync($"PartitionKey eq 'backup' and RowKey ge '{Rebuilt}'", cancellationToken);
        return missing.Count == Gone && registered.Count == Returned
            ? null
            : $"{missing.Count} records are missing where {Gone} should be, and {registered.Count} of {Returned} were registered.";
    }

    private static int GoneOf(int records) => records / 200;

    private static string Key(int record) => string.Create(CultureInfo.InvariantCulture, $"op-{record:D8}");

    private static string BlobName(int record) => string.Create(CultureInfo.InvariantCulture, $"storage/site-{record / 1_000:D4}/backup-{record:D8}.zip");

    private static TableEntity Row(int record, string status) => new(OperationKind.Backup, Key(record))
    {
        ["Name"] = "nightly",
        ["Status"] = status,
        ["Type"] = "full",
        ["Configuration"] = $"site-{record / 1_000:D4}",
        ["BlobName"] = BlobName(record),
        ["SizeBytes"] = (long)Content.ToMemory().Length,
        ["Sha256"] = Sha256,
        ["CreatedAt"] = Created,
        ["StartedAt"] = Created,
        ["CompletedAt"] = Created,
        ["CreatedBy"] = "7",
    };

    private async Task<List<TableEntity>> KeysAsync(string filter, CancellationToken cancellationToken) =>
        await storage.Operations.ReadAsync(filter, ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).ToListAsync(cancellationToken);

    private Task UpsertAsync(IEnumerable<TableEntity> rows, CancellationToken cancellationToken) =>
        SubmitAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), cancellationToken);

    private Task DeleteAsync(IEnumerable<TableEntity> rows, CancellationToken cancellationToken) =>
        SubmitAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, Azure.ETag.All)), cancellationToken);

    private async Task SubmitAsync(IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        foreach (var some in actions.Chunk(RowsInTransaction))
        {
            await storage.Operations.SubmitTransactionAsync(some, cancellationToken);
        }
    }
}
