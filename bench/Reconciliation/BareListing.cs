using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Bench.Reconciliation;

/// <summary>The least that anyone must do to hold blobs against records: read both, at the same time, with the plain SDK.</summary>
internal static class BareListing
{
    public const string Name = "bare-listing";

    private static readonly string[] Columns = ["PartitionKey", "RowKey", "Status", "BlobName", "SizeBytes"];

    /// <param name="words">The connection string.</param>
    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        var container = new BlobServiceClient(words[0]).GetBlobContainerClient("backups");
        var table = new TableServiceClient(words[0]).GetTableClient("CochinOperations");
        var counts = await Task.WhenAll(
            Task.Run(
                async () => await container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "storage/", cancellationToken)
                    .CountAsync(cancellationToken),
                cancellationToken),
            Task.Run(
                async () => await table.QueryAsync<TableEntity>("PartitionKey eq 'backup'", select: Columns, cancellationToken: cancellationToken)
                    .CountAsync(cancellationToken),
                cancellationToken));
        Console.WriteLine($"{counts[0]} blobs, {counts[1]} rows");
        return 0;
    }
}
