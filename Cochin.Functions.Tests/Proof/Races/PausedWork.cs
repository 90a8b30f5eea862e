using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>Work for one job, due now, that takes many writes.</summary>
/// <param name="past">The same storage, where what is written is old.</param>
internal sealed class PausedWork(CochinStorage storage, CochinStorage past, string job)
{
    private const int Units = 40;

    // More than one batch of deletes.
    private const int OldFiles = 300;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task PrepareAsync()
    {
        await storage.Backups.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        var now = TimeProvider.System.GetUtcNow();
        await AddAsync(storage.Jobs, [new TableEntity("job", job) { ["SettledOccurrence"] = now.AddDays(-2) }]);
        switch (job)
        {
            case CleanupTempFilesDescription.Name:
                await Parallel.ForAsync(0, OldFiles, Cancellation, async (i, token) => await PutOldAsync($"temp/{i}/file", token));
                break;
            case CleanupStuckOperationsDescription.Name:
                var stuck = Enumerable.Range(0, Units).Select(i => new TableEntity(OperationKind.Backup, $"s{i}")
                {
                    ["Status"] = OperationStatus.Running,
                    ["CreatedAt"] = now.AddHours(-10),
                });
                await AddAsync(storage.Operations, stuck);
                break;
            case RebuildBackupPathsDescription.Name:
                await Parallel.ForAsync(0, Units / 2, Cancellation, async (i, token) => await PutOldAsync($"storage/prod/{i}.zip", token));
                var gone = Enumerable.Range(0, 10).Select(i => new TableEntity(OperationKind.Backup, $"g{i}")
                {
                    ["Status"] = OperationStatus.Completed,
                    ["BlobName"] = $"storage/prod/gone{i}.zip",
                });
                await AddAsync(storage.Operations, gone);
                break;
            default:
                var quotes = Enumerable.Range(0, Units).Select(i => new TableEntity("devis", $"D{i}")
                {
                    ["Statut"] = true,
                    ["Montant"] = "10.00",
                    ["DateDebut"] = now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                });
                await AddAsync(storage.Devis, quotes);
                break;
        }
    }

    /// <summary>Whether all is done, and nothing more often than it may be: a message that was in flight comes twice.</summary>
    public async Task<bool> IsDoneAsync(IReadOnlyList<JsonElement> embeds)
    {
        switch (job)
        {
            case CleanupTempFilesDescription.Name:
                return !await storage.Backups.GetBlobsAsync(cancellationToken: Cancellation).AnyAsync(Cancellation);
            case CleanupStuckOperationsDescription.Name:
                return (await RowsAsync(storage.Operations)).TrueForAll(row => row.GetString("Status") == OperationStatus.Failed);
            case RebuildBackupPathsDescription.Name:
                var rows = await RowsAsync(storage.Operations);
                return rows.Count == (Units / 2) + 10
                    && rows.DistinctBy(row => row.GetString("BlobName")).Count() == rows.Count
                    && rows.TrueForAll(row => row.GetString("Status")
                        == (row.RowKey.StartsWith('g') ? OperationStatus.FileMissing : OperationStatus.Completed));
            default:
                var alerts = embeds.Select(embed => embed.GetRawText()).CountBy(text => text).ToDictionary();
                return alerts.Count == Units && alerts.Values.Sum() <= Units + 10
                    && (await RowsAsync(storage.Devis)).TrueForAll(row => row.ContainsKey("StartNotifiedFor"));
        }
    }

    private async Task PutOldAsync(string name, CancellationToken cancellationToken) =>
        await past.Backups.GetBlobClient(name).UploadAsync(BinaryData.FromString("old"), cancellationToken);

    private static async Task AddAsync(TableClient table, IEnumerable<TableEntity> rows)
    {
        await table.CreateIfNotExistsAsync(Cancellation);
        foreach (var some in rows.Chunk(100))
        {
            await table.SubmitTransactionAsync(some.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), Cancellation);
        }
    }

    private static async Task<List<TableEntity>> RowsAsync(TableClient table) =>
        await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
}
