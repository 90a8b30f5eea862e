using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>Both sides of the reconciliation, streamed: the blobs under <c>storage/</c> and the rows that name blobs.</summary>
internal sealed class BackupInventory(CochinStorage storage)
{
    // https://learn.microsoft.com/azure/storage/blobs/encryption-customer-provided-keys
    private const string NeedsKey = "BlobUsesCustomerSpecifiedEncryption";

    private const int PreconditionFailed = 412;

    private static readonly string RelevantFilter = $"(PartitionKey eq '{OperationKind.Backup}' or {OperationStatus.NotEndedFilter})";

    // Whatever its status: a filter would miss one that is spelled differently.
    private static readonly string JudgedFilter = $"PartitionKey eq '{OperationKind.Backup}'";

    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(Operation.Status), nameof(Operation.BlobName), nameof(Operation.SizeBytes),
        nameof(Operation.PruneStartedAt),
    ];

    /// <summary>All backups, and what else is under way.</summary>
    /// <param name="from">Where an earlier reader stopped; null for the beginning.</param>
    public IAsyncEnumerable<RowPage> RowPagesAsync(string? from, CancellationToken cancellationToken) => PagesAsync(RelevantFilter, Columns, from, cancellationToken);

    /// <summary>The blobs that the listing of <c>storage/</c> does not show.</summary>
    public OutsideBlobs Outside { get; } = new(storage);

    /// <summary>What it means that there is no table of operations.</summary>
    public Task<MissingTable> ExplainMissingTableAsync(CancellationToken cancellationToken) =>
        MissingTable.ExplainAsync(storage, storage.Operations, cancellationToken);

    /// <summary>The records that state whether their blob is there, with their time stamps.</summary>
    public IAsyncEnumerable<RowPage> JudgedPagesAsync(RowRange range, CancellationToken cancellationToken) =>
        PagesAsync(JudgedFilter + range.AndFilter, [.. Columns, nameof(TableEntity.Timestamp)], from: null, cancellationToken);

    /// <summary>
    /// Relevant rows that others wrote since <paramref name="time"/>, in which a blob may have got its record. Those that
    /// this task makes are left out: there the row key guards against a second one.
    /// </summary>
    /// <param name="mayBeMissing">Whether there need not be such a table yet.</param>
    public IAsyncEnumerable<Operation> WrittenSinceAsync(DateTimeOffset time, bool mayBeMissing, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"Timestamp ge {time - RecordProof.ClockMargin}")
            + $" and (RowKey lt '{BlobKey.RowKeyPrefix}' or RowKey ge '{BlobKey.RowKeyEnd}') and {RelevantFilter}";
        var rows = mayBeMissing
            ? storage.Operations.ReadAsync(filter, Columns, cancellationToken: cancellationToken)
            : storage.Operations.RowsAsync(filter, Columns, cancellationToken);
        return rows.Select(Operation.From);
    }

    /// <summary>The blobs under <c>storage/</c>. Only where this comes to its end is the listing complete.</summary>
    /// <param name="from">The marker where an earlier reader stopped; null for the beginning.</param>
    public IAsyncEnumerable<ListedPage> BlobPagesAsync(string? from, bool withMetadata, CancellationToken cancellationToken) =>
        storage.BackupListing.PagesAsync(new ListingQuery(BackupBlob.Root, WithMetadata: withMetadata, Marker: from), cancellationToken);

    /// <inheritdoc cref="Reachability.Problem"/>
    public string? Unreachable(string blobName) => Reachability.Problem(storage.Backups, blobName);

    /// <summary>The size of the first of some blobs that is there; null if none is. Names that no request can carry are passed over.</summary>
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

    /// <summary>The size of a blob; null where the service says that there is no such blob in a container that is there.</summary>
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
    /// Whether the storage refuses a blob's content for a reason that lies in the blob, and lasts: it is in the archive tier, or
    /// encrypted with a key that comes with each request. Any other refusal is a failure, as the next run may be answered.
    /// </summary>
    public static bool IsUnreadable(RequestFailedException e) => e.ErrorCode == BlobErrorCode.BlobArchived || e.ErrorCode == NeedsKey;

    /// <summary>Makes sure that the blob is still the one that was listed.</summary>
    /// <exception cref="RequestFailedException"><c>ConditionNotMet</c> or <c>BlobNotFound</c>: it is not.</exception>
    public async Task ProveUnchangedAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Backups.GetBlobClient(blob.Name).GetPropertiesAsync(Unchanged(blob), cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.ErrorCode == NeedsKey)
        {
            // Even its properties need the key, but not its line in a listing.
            if (await FindListedAsync(blob.Name, cancellationToken).ConfigureAwait(false) is not { } listed || listed.ETag != blob.ETag)
            {
                throw new RequestFailedException(PreconditionFailed, "The blob has changed.", BlobErrorCode.ConditionNotMet.ToString(), e);
            }
        }
    }

    /// <summary>Whether exactly the blob that was listed is an archive without content. Only small blobs are read.</summary>
    /// <inheritdoc cref="ProveUnchangedAsync" path="/exception"/>
    public async Task<bool> IsEmptyAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        if (!blob.IsReadable || !EmptyArchive.MayBe(blob.Name, blob.Size))
        {
            return false;
        }

        var options = new BlobDownloadOptions { Conditions = Unchanged(blob) };
        var download = await storage.Backups.GetBlobClient(blob.Name).DownloadContentAsync(options, cancellationToken).ConfigureAwait(false);
        return EmptyArchive.Is(blob.Name, download.Value.Content.ToArray());
    }

    /// <summary>The SHA-256 of exactly the blob that was listed, in lower-case hex, without holding it in memory.</summary>
    /// <inheritdoc cref="ProveUnchangedAsync" path="/exception"/>
    public async Task<string> HashAsync(BackupBlob blob, CancellationToken cancellationToken)
    {
        var download = await storage.Backups.GetBlobClient(blob.Name)
            .DownloadStreamingAsync(new BlobDownloadOptions { Conditions = Unchanged(blob) }, cancellationToken).ConfigureAwait(false);
        using var content = download.Value;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(content.Content, cancellationToken).ConfigureAwait(false));
    }

    // What a name begins with comes before it: it is the first of those that begin with it.
    private async Task<ListedBlob?> FindListedAsync(string blobName, CancellationToken cancellationToken)
    {
        await foreach (var blob in storage.BackupListing.BlobsAsync(new ListingQuery(blobName, PageSize: 1), cancellationToken).ConfigureAwait(false))
        {
            return blob.Name == blobName ? blob : null;
        }

        return null;
    }

    private static BlobRequestConditions Unchanged(BackupBlob blob) => new() { IfMatch = blob.ETag };

    private async IAsyncEnumerable<RowPage> PagesAsync(string filter, string[] columns, string? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in storage.Operations.PagesAsync(filter, columns, from, cancellationToken).ConfigureAwait(false))
        {
            yield return new RowPage([.. page.Values.Select(Operation.From)], page.ContinuationToken);
        }
    }
}
