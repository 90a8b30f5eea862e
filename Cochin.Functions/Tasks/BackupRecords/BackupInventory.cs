using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>Reads both sides of what is known about backups: the blobs under <c>storage/</c>, and the rows that refer to blobs.</summary>
internal sealed class BackupInventory(CochinStorage storage)
{
    // https://learn.microsoft.com/azure/storage/blobs/encryption-customer-provided-keys
    private const string NeedsKey = "BlobUsesCustomerSpecifiedEncryption";

    private const int PreconditionFailed = 412;

    /// <summary>How much the clocks of the blob service and the table service, which sets the timestamps of rows, may differ.</summary>
    public static TimeSpan ClockMargin { get; } = TimeSpan.FromMinutes(1);

    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.BlobName), nameof(Operation.SizeBytes),
        nameof(Operation.PruneStartedAt), nameof(Operation.FileMissing),
    ];

    /// <summary>Reads the rows of all operations, except restores that have ended, several pages at once.</summary>
    /// <param name="left">The parts to read.</param>
    public PartialReads<RowPart, IReadOnlyList<Operation>> ReadRows(IEnumerable<RowPart> left) => new(left, DividedListing.Concurrency, ReadRowsAsync);

    /// <summary>The blobs outside <c>storage/</c>.</summary>
    public OutsideBlobs Outside { get; } = new(storage);

    /// <summary>Explains why the operations table is missing.</summary>
    public Task<MissingTable> ExplainMissingTableAsync(CancellationToken cancellationToken) =>
        MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken);

    /// <summary>Reads the records of backups in a range, in pages, with their timestamps.</summary>
    public IAsyncEnumerable<IReadOnlyList<Operation>> BackupPagesAsync(RowRange range, CancellationToken cancellationToken)
    {
        var filter = range == default ? RowPart.BackupFilter : $"{RowPart.BackupFilter} and {range.Filter}";
        return storage.Operations.PagesAsync(filter, [.. Columns, nameof(TableEntity.Timestamp)], continuation: null, cancellationToken)
            .Select(page => (IReadOnlyList<Operation>)[.. page.Values.Select(Operation.From)]);
    }

    /// <summary>
    /// Reads the rows that other programs wrote since <paramref name="time"/>, which may refer to an orphan. Rows created by this task are left
    /// out: their row keys prevent duplicates.
    /// </summary>
    /// <param name="mayBeMissing">If true, a missing table counts as empty.</param>
    public IAsyncEnumerable<Operation> WrittenSinceAsync(DateTimeOffset time, bool mayBeMissing, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"Timestamp ge {time - ClockMargin}")
            + $" and (RowKey lt '{BlobKey.RowKeyPrefix}' or RowKey ge '{BlobKey.RowKeyEnd}') and {RowPart.RelevantFilter}";
        var rows = mayBeMissing
            ? storage.Operations.ReadAsync(filter, Columns, cancellationToken: cancellationToken)
            : storage.Operations.RowsAsync(filter, Columns, cancellationToken);
        return rows.Select(Operation.From);
    }

    /// <summary>Lists blobs in order. The listing is complete if no exception is thrown.</summary>
    public IAsyncEnumerable<ListedPage> BlobPagesAsync(ListingQuery query, CancellationToken cancellationToken) =>
        storage.BackupListing.PagesAsync(query, cancellationToken);

    /// <summary>Lists blobs, several pages at once.</summary>
    /// <param name="left">The parts to read.</param>
    public PartialReads<ListingQuery, ListedPage> ReadBlobs(IEnumerable<ListingQuery> left) =>
        new DividedListing(storage.BackupListing, mayDivide: prefix => prefix.EndsWith('/'), keepsItems: false).Read(left);

    /// <inheritdoc cref="Reachability.Problem"/>
    public string? Unreachable(string blobName) => Reachability.Problem(storage.Backups, blobName);

    /// <summary>Returns the size of the first blob that exists; null if none does. Names that no request can address are skipped.</summary>
    public async Task<long?> FindSizeAsync(IEnumerable<string> blobNames, CancellationToken cancellationToken)
    {
        foreach (var name in blobNames.Where(name => Unreachable(name) is null))
        {
            if (await FindSizeAsync(name, cancellationToken).ConfigureAwait(false) is { } size)
            {
                return size;
            }
        }

        return null;
    }

    /// <summary>Returns the first blob that exists, with its metadata; null if none does.</summary>
    /// <inheritdoc cref="FindSizeAsync(IEnumerable{string}, CancellationToken)"/>
    public async Task<BackupBlob?> FindAsync(IEnumerable<string> blobNames, CancellationToken cancellationToken)
    {
        foreach (var name in blobNames.Where(name => Unreachable(name) is null))
        {
            try
            {
                var found = (await storage.Backups.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value;
                return BackupBlob.From(new ListedBlob(
                    name,
                    found.ETag,
                    found.LastModified,
                    found.ContentLength,
                    found.LeaseState == LeaseState.Leased,
                    found.CreatedOn,
                    new Dictionary<string, string>(found.Metadata),
                    IsArchived: found.AccessTier == AccessTier.Archive));
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                // Try the next name.
            }
            catch (RequestFailedException e) when (e.ErrorCode == NeedsKey)
            {
                return await FindListedAsync(name, cancellationToken).ConfigureAwait(false) is { } listed
                    ? BackupBlob.From(listed) with { IsReadable = false }
                    : null;
            }
        }

        return null;
    }

    /// <summary>Returns the size of a blob; null if it does not exist. Throws if the container does not exist.</summary>
    public async Task<long?> FindSizeAsync(string blobName, CancellationToken cancellationToken)
    {
        try
        {
            var found = await storage.Backups.GetBlobClient(blobName).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            return found.Value.ContentLength;
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
        catch (RequestFailedException e) when (e.ErrorCode == NeedsKey)
        {
            return (await FindListedAsync(blobName, cancellationToken).ConfigureAwait(false))?.Bytes;
        }
    }

    /// <summary>
    /// Whether the content of a blob is permanently unreadable: it is in the archive tier, or encrypted with a customer-provided key. Any other
    /// error may be temporary.
    /// </summary>
    public static bool IsUnreadable(RequestFailedException e) => e.ErrorCode == BlobErrorCode.BlobArchived || e.ErrorCode == NeedsKey;

    /// <summary>Checks that the blob has not changed since it was listed.</summary>
    /// <exception cref="RequestFailedException"><c>ConditionNotMet</c> or <c>BlobNotFound</c>: it was changed or deleted.</exception>
    public async Task EnsureUnchangedAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Backups.GetBlobClient(blob.Name).GetPropertiesAsync(Unchanged(blob), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == NeedsKey)
        {
            // Its properties need the key as well, but not its entry in a listing.
            if (await FindListedAsync(blob.Name, cancellationToken).ConfigureAwait(false) is not { } listed || listed.ETag != blob.ETag)
            {
                throw new RequestFailedException(PreconditionFailed, "The blob has changed.", BlobErrorCode.ConditionNotMet.ToString(), e);
            }
        }
    }

    /// <summary>Whether the blob is an archive without content. Only small blobs are read.</summary>
    /// <inheritdoc cref="EnsureUnchangedAsync" path="/exception"/>
    public async Task<bool> IsEmptyAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        if (!blob.IsReadable || !EmptyArchive.MayBeEmpty(blob.Name, blob.Size))
        {
            return false;
        }

        var options = new BlobDownloadOptions { Conditions = Unchanged(blob) };
        var download = await storage.Backups.GetBlobClient(blob.Name).DownloadContentAsync(options, cancellationToken).ConfigureAwait(false);
        return EmptyArchive.IsEmpty(blob.Name, download.Value.Content.ToArray());
    }

    /// <summary>Computes the SHA-256 of the blob, in lower-case hex. The content is streamed.</summary>
    /// <inheritdoc cref="EnsureUnchangedAsync" path="/exception"/>
    public async Task<string> HashAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        var download = await storage.Backups.GetBlobClient(blob.Name)
            .DownloadStreamingAsync(new BlobDownloadOptions { Conditions = Unchanged(blob) }, cancellationToken).ConfigureAwait(false);
        using var content = download.Value;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content.Content, cancellationToken).ConfigureAwait(false));
    }

    // A listing with the name as prefix starts with the blob of exactly this name.
    private async Task<ListedBlob?> FindListedAsync(string blobName, CancellationToken cancellationToken)
    {
        await foreach (var blob in storage.BackupListing.BlobsAsync(new ListingQuery(blobName, PageSize: 1), cancellationToken).ConfigureAwait(false))
        {
            return blob.Name == blobName ? blob : null;
        }

        return null;
    }

    private static BlobRequestConditions Unchanged(BackupBlob blob) => new() { IfMatch = blob.ETag };

    private async Task<PartPage<RowPart, IReadOnlyList<Operation>>> ReadRowsAsync(RowPart part, CancellationToken cancellationToken)
    {
        var pages = storage.Operations.QueryAsync<TableEntity>(part.Filter, select: Columns, cancellationToken: cancellationToken).AsPages(part.Continuation);
        await foreach (var page in pages.ConfigureAwait(false))
        {
            Operation[] rows = [.. page.Values.Select(Operation.From)];
            return new(part, rows, part.RestAfter(rows, page.ContinuationToken));
        }

        return new(part, [], []);
    }
}
