using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>The two containers and four tables of the storage contract (docs/storage-contract.md), as clients.</summary>
/// <param name="retry">How patient the client of the blobs is; null where it was left as it is.</param>
/// <param name="locks">A client for the locks alone, on connections of their own; null to use that of the blobs.</param>
internal sealed class CochinStorage(
    BlobServiceClient blobs,
    TableServiceClient tables,
    StorageNames names,
    RetryOptions? retry = null,
    BlobServiceClient? locks = null)
{
    public StorageNames Names { get; } = names;

    public BlobAccess BlobService { get; } = BlobAccess.Of(blobs, retry ?? new BlobClientOptions().Retry);

    /// <summary>Backups, and the temporary areas beside them. Never made by this program, except by <c>demo</c>.</summary>
    public BlobContainerClient Backups { get; } = blobs.GetBlobContainerClient(names.BackupContainer);

    public BlobListing BackupListing => new(BlobService, Backups.Uri);

    /// <summary>Locks, status page, and the audit log unless it has a container of its own.</summary>
    public BlobContainerClient System { get; } = blobs.GetBlobContainerClient(names.SystemContainer);

    /// <summary>The system container, for the locks: their renewals never wait for a connection that the work keeps busy.</summary>
    public BlobContainerClient Locks { get; } = (locks ?? blobs).GetBlobContainerClient(names.SystemContainer);

    public BlobContainerClient Audit { get; } = blobs.GetBlobContainerClient(names.AuditContainer);

    public TableClient Operations { get; } = tables.GetTableClient(names.TablePrefix + "Operations");

    public TableClient Devis { get; } = tables.GetTableClient(names.TablePrefix + "Devis");

    public TableClient Jobs { get; } = tables.GetTableClient(names.TablePrefix + "Jobs");

    public TableClient Runs { get; } = tables.GetTableClient(names.TablePrefix + "Runs");
}
