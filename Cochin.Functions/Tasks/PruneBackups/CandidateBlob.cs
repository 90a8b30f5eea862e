using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.PruneBackups;

/// <summary>
/// The blob of a backup, as listed. It keeps what the decision needs, and not the metadata, because there may be one for each of many thousand
/// backups. Several rows may refer to one blob.
/// </summary>
/// <param name="name">The name in the listing. The string of the row with this name, if there is one, so that it is kept only once.</param>
internal sealed class CandidateBlob(string name, ListedBlob listed)
{
    private readonly BlobKey checksum = BackupBlob.From(listed).Sha256 is { } stated ? BlobKey.Of(stated) : default;
    private bool hasRow;

    public string Name => name;

    public ETag ETag { get; } = listed.ETag;

    /// <summary>The time of the last write, on the service's clock.</summary>
    public DateTimeOffset LastModified { get; } = listed.LastModified;

    public long Bytes { get; } = listed.Bytes;

    public bool IsLeased { get; } = listed.IsLeased;

    /// <summary>Whether its metadata protects it.</summary>
    public bool IsProtected { get; } = ProtectionReader.Of(listed) != Protection.None;

    /// <inheritdoc cref="BackupBlob.IsReadable"/>
    public bool IsReadable { get; } = BackupBlob.From(listed).IsReadable;

    /// <inheritdoc cref="BackupBlob.FileTime"/>
    public DateTimeOffset? FileTime { get; } = BackupBlob.From(listed).FileTime;

    /// <summary>Whether several rows refer to it.</summary>
    public bool IsShared { get; private set; }

    /// <summary>Whether one of its rows reports damage. It applies to all of them.</summary>
    public bool HasDamagedRow { get; private set; }

    /// <summary>Whether one of its rows is protected. It applies to all of them.</summary>
    public bool HasProtectedRow { get; private set; }

    /// <summary>Whether its metadata states another checksum than the one with this hash.</summary>
    public bool HasOtherChecksum(BlobKey recorded) => checksum != default && recorded != default && checksum != recorded;

    /// <summary>Adds what the row of a backup with this blob reports.</summary>
    public void Add(Candidate row)
    {
        (IsShared, hasRow) = (hasRow, true);
        HasDamagedRow |= row.IsDamaged;
        HasProtectedRow |= row.IsProtected;
    }

    /// <summary>The blob for requests, which only succeed while it is this version.</summary>
    public BackupBlob ToBackupBlob() => new(Name, Bytes, ETag, LastModified, LastModified, Sha256: null) { IsReadable = IsReadable };
}
