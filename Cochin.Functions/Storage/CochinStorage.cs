using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>
/// Clients for the containers and tables of the storage contract (docs/storage-contract.md). The program has one instance for its own
/// records; each run gets a <see cref="Guarded"/> one.
/// </summary>
/// <param name="retry">The retry options of the blob client; null for its defaults.</param>
/// <param name="locks">A client with its own connections, used for locks only; null to use the blob client.</param>
internal sealed class CochinStorage(
    BlobServiceClient blobs,
    TableServiceClient tables,
    StorageNames names,
    RetryOptions? retry = null,
    BlobServiceClient? locks = null)
{
    public StorageNames Names { get; } = names;

    /// <summary>Creates clients on the same connections that call an action before each write attempt.</summary>
    public required Func<Action, CochinStorage> Connect { private get; init; }

    public BlobAccess BlobService { get; } = BlobAccess.Of(blobs, retry ?? new BlobClientOptions().Retry);

    /// <summary>The backups and the temporary areas. Only <c>demo</c> creates this container.</summary>
    public BlobContainerClient Backups { get; } = blobs.GetBlobContainerClient(names.BackupContainer);

    public BlobListing BackupListing => new(BlobService, Backups.Uri);

    /// <summary>Locks, the status page, and the audit log unless it has a separate container.</summary>
    public BlobContainerClient System { get; } = blobs.GetBlobContainerClient(names.SystemContainer);

    /// <summary>The system container on separate connections, so that lock renewals never wait for other requests.</summary>
    public BlobContainerClient Locks { get; } = (locks ?? blobs).GetBlobContainerClient(names.SystemContainer);

    public BlobContainerClient Audit { get; } = blobs.GetBlobContainerClient(names.AuditContainer);

    public TableServiceClient Tables { get; } = tables;

    public TableClient Operations { get; } = tables.GetTableClient(names.TablePrefix + "Operations");

    /// <summary>The backup configurations. The application need not have this table.</summary>
    public TableClient Configurations { get; } = tables.GetTableClient(names.TablePrefix + "Configurations");

    public TableClient Devis { get; } = tables.GetTableClient(names.TablePrefix + "Devis");

    public TableClient Jobs { get; } = tables.GetTableClient(names.TablePrefix + "Jobs");

    public TableClient Runs { get; } = tables.GetTableClient(names.TablePrefix + "Runs");

    /// <summary>Returns the same storage for a run. Its clients write only while the run may.</summary>
    /// <param name="beforeWrite">Called before each write attempt; throws if the write must not be sent. See <see cref="WriteGuardPolicy"/>.</param>
    public CochinStorage Guarded(Action beforeWrite) => Connect(beforeWrite);
}
