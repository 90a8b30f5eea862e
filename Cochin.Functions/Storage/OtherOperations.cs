using Azure;
using Azure.Data.Tables;

namespace Cochin.Functions.Storage;

/// <summary>
/// Searches for an operations table with another prefix whose rows refer to this backup container. If there is one, the prefix in the settings
/// is probably wrong. Tables of other installations are skipped: they have a table of run records with the same prefix.
/// </summary>
internal static class OtherOperations
{
    private const string Suffix = "Operations";
    private const int MaxTables = 5;
    private const int MaxRows = 5;
    private const int BadRequest = 400, NotFound = 404;

    private static readonly string CompletedFilter = $"PartitionKey eq '{OperationKind.Backup}' and Status eq '{OperationStatus.Completed}'";

    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.BlobName), nameof(Operation.SizeBytes),
        nameof(Operation.WorkPath),
    ];

    /// <returns>The name of the table; null if there is none.</returns>
    /// <exception cref="RequestFailedException">The account's tables can't be listed or read.</exception>
    public static async Task<string?> FindAsync(CochinStorage storage, CancellationToken cancellationToken)
    {
        var all = await storage.Tables.QueryAsync(cancellationToken: cancellationToken).Select(table => table.Name)
            .ToHashSetAsync(StringComparer.OrdinalIgnoreCase, cancellationToken).ConfigureAwait(false);
        var own = storage.Operations.Name;
        var others = all
            .Where(name => name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && !name.Equals(own, StringComparison.OrdinalIgnoreCase))
            .Where(name => !all.Contains(PrefixOf(name) + "Runs"))
            .OrderByDescending(name => name.Zip(own).TakeWhile(pair => pair.First == pair.Second).Count());
        foreach (var name in others.Take(MaxTables))
        {
            var rows = storage.Tables.GetTableClient(name).ReadAsync(OperationStatus.NotEndedFilter, Columns, MaxRows, cancellationToken).Take(MaxRows)
                .Concat(storage.Tables.GetTableClient(name).ReadAsync(CompletedFilter, Columns, MaxRows, cancellationToken).Take(MaxRows));
            await foreach (var row in rows.ConfigureAwait(false))
            {
                if (await RefersToContainerAsync(storage, Operation.From(row), cancellationToken).ConfigureAwait(false))
                {
                    return name;
                }
            }
        }

        return null;
    }

    /// <summary>The prefix of an operations table.</summary>
    public static string PrefixOf(string table) => table[..^Suffix.Length];

    /// <summary>
    /// Whether the container has the blob of a row: for an ended operation, its backup with the recorded size; otherwise the blob or folder that it uses.
    /// </summary>
    private static async Task<bool> RefersToContainerAsync(CochinStorage storage, Operation operation, CancellationToken cancellationToken)
    {
        if (operation.HasEnded)
        {
            return operation is { BlobName: { Length: > 0 } name, SizeBytes: { } size }
                && await FindAsync(storage, name, cancellationToken).ConfigureAwait(false) is { } blob && blob.Name == name && blob.Bytes == size;
        }

        var paths = new[] { operation.BlobName, operation.WorkPath }
            .Select(path => path?.Replace('\\', '/').Trim('/'))
            .Where(path => path?.Contains('/') is true);
        foreach (var path in paths)
        {
            if ((await FindAsync(storage, path!, cancellationToken).ConfigureAwait(false))?.Name == path
                || await FindAsync(storage, path + "/", cancellationToken).ConfigureAwait(false) is not null)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Returns the first blob with this prefix. A blob with exactly this name is the first one.</summary>
    private static async Task<ListedBlob?> FindAsync(CochinStorage storage, string prefix, CancellationToken cancellationToken)
    {
        try
        {
            var blobs = storage.BackupListing.BlobsAsync(new ListingQuery(prefix, PageSize: 1), cancellationToken);
            return await blobs.Select(blob => (ListedBlob?)blob).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is NotFound or BadRequest)
        {
            return null; // The container does not exist, or the name is invalid for a blob.
        }
    }
}
