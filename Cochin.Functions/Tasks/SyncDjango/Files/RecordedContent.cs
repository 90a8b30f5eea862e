using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>
/// What the database and the operations table have about the content of a backup. A blob that agrees is not overwritten by a file that doesn't.
/// </summary>
/// <param name="Stated">The SHA-256 in the application's database; null if it has none.</param>
/// <param name="InRow">The SHA-256 in the row of a backup that is not known to be damaged; null if there is none.</param>
/// <param name="SoundVersion">
/// The ETag of the version that <c>verify_backups</c> found sound, as <see cref="VersionOf"/> gives it; null if there is none.
/// </param>
internal readonly record struct RecordedContent(Checksum? Stated, Checksum? InRow = null, BlobKey? SoundVersion = null)
{
    /// <summary>Reads the row of a backup. What <c>rebuild_backup_paths</c> took from a blob proves nothing until the blob is verified.</summary>
    public static RecordedContent From(Operation row)
    {
        var isVerified = row.VerifiedAt is not null;
        return row.IsDamaged || (!isVerified && RegisteredBackup.Is(row))
            ? default
            : new(null, Checksum.Parse(row.Sha256), isVerified && row.VerifiedETag is { Length: > 0 } etag ? VersionOf(etag) : null);
    }

    /// <summary>An ETag in 16 bytes.</summary>
    public static BlobKey VersionOf(string etag) => BlobKey.Of(etag);

    /// <summary>Whether a file may overwrite any blob: it is the one that the database means, or nothing is recorded.</summary>
    public bool Allows(string sha256) => this == default || (Stated is { } stated && stated == Checksum.Parse(sha256));

    /// <summary>Finds out why a blob must not be overwritten with a file that is not allowed (<see cref="Allows"/>).</summary>
    /// <param name="file">The SHA-256 of the file, which is not that of the blob.</param>
    /// <param name="blob">The SHA-256 of the blob.</param>
    /// <param name="version">The ETag of the blob, as <see cref="VersionOf"/> gives it.</param>
    /// <returns>A phrase that follows the name of the file; null if nothing speaks against it.</returns>
    public string? FindConflict(string file, string blob, BlobKey version)
    {
        var (fileSum, blobSum) = (Checksum.Parse(file), Checksum.Parse(blob));
        return blobSum == Stated ? "differs from its checksum in the database, but its blob has the right content, so it was not uploaded"
            : fileSum == InRow ? null
            : blobSum == InRow ? $"differs from the Sha256 in the operations table, but its blob has the right content, so it was not uploaded{Hint}"
            : version == SoundVersion ? $"differs from its blob, which verify_backups found sound, so it was not uploaded{Hint}"
            : null;
    }

    private const string Hint = ". If the file is the right one, delete the blob, and the next run uploads it";
}
