using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>
/// The containers and tables of the storage contract (docs/storage-contract.md), as clients. The program has one set for what it writes
/// itself; each run gets a <see cref="Guarded"/> one.
/// </summary>
/// <param name="retry">The retries of the blob client; null for its defaults.</param>
/// <param name="locks">A client for the locks alone, with its own connections; null to use the blob client.</param>
internal sealed class CochinStorage(
    BlobServiceClient blobs,
    TableServiceClient tables,
    StorageNames names,
    RetryOptions? retry = null,
    BlobServiceClient? locks = null)
{
    public StorageNames Names { get; } = names;

    /// <summary>Makes clients on the same connections that call an action before each attempt of a write.</summary>
    public required Func<Action, CochinStorage> Connect { private get; init; }

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

    /// <summary>The same storage for a run: its clients write only as long as the run may.</summary>
    /// <param name="beforeWrite">Called before each attempt of a write; throws if it must not be sent. See <see cref="WriteGuardPolicy"/>.</param>
    public CochinStorage Guarded(Action beforeWrite) => Connect(beforeWrite);
}
