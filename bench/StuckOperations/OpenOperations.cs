using System.Globalization;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Bench.StuckOperations;

/// <summary>A table of operations: very many that have ended, and a few that are open.</summary>
internal sealed class OpenOperations(CochinStorage storage, int ended, int open)
{
    private static readonly DateTimeOffset Created = new(2026, 9, 1, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Those that have ended: what the table begins with.</summary>
    public static IReadOnlyList<TableEntity> Ended(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => Row(i, i % 10 == 0 ? OperationStatus.Failed : OperationStatus.Completed)),
    ];

    /// <summary>Makes the open ones open again, all of them long silent.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken) =>
        await storage.Operations.SubmitTransactionAsync(
            Enumerable.Range(0, open)
                .Select(i => new TableTransactionAction(TableTransactionActionType.UpsertReplace, Row(OpenAt(i), OperationStatus.Running))),
            cancellationToken);

    /// <returns>What is wrong; null where all were marked.</returns>
    public async Task<string?> CheckMarkedAsync(CancellationToken cancellationToken)
    {
        var left = await storage.Operations.ReadAsync(OperationStatus.LiveFilter, ["RowKey"], cancellationToken: cancellationToken)
            .CountAsync(cancellationToken);
        return left == 0 ? null : $"{left} operations were not marked.";
    }

    // Spread over all of the table.
    private int OpenAt(int i) => i * (ended / open);

    private static TableEntity Row(int i, string status) => new(OperationKind.Backup, string.Create(CultureInfo.InvariantCulture, $"op-{i:D8}"))
    {
        ["Name"] = "nightly",
        ["Status"] = status,
        ["Type"] = "full",
        ["Configuration"] = "site",
        ["BlobName"] = $"storage/site/backup-{i:D8}.zip",
        ["SizeBytes"] = 1_000_000L + i,
        ["Sha256"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ["CreatedAt"] = Created,
        ["StartedAt"] = Created,
        ["CreatedBy"] = "7",
    };
}
