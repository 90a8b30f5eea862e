namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>A file below <c>storage/</c> of the backups folder.</summary>
/// <param name="BlobName">The name of its blob: the path from the backups folder, with slashes.</param>
/// <param name="Size">The size when the folder was read, in bytes.</param>
/// <param name="ModifiedAt">The time of the last change on the clock of the machine, in UTC.</param>
internal sealed record SourceFile(string BlobName, string FullPath, long Size, DateTimeOffset ModifiedAt);

/// <summary>What is known about a file and its blob after the comparison or the upload.</summary>
/// <param name="BlobName">The name of the blob. For a folder that can't be read, its path with a slash at the end.</param>
/// <param name="Size">The size of the file; 0 if it can't be read.</param>
/// <param name="Sha256">The SHA-256 of the file, in lower-case hex; null if the file was not read.</param>
/// <param name="Problem">What is wrong, as a phrase that follows the name of the file; null if nothing is.</param>
internal sealed record FileState(string BlobName, long Size, string? Sha256, FileOutcome Outcome, string? Problem);

/// <summary>What was done with a file. Only after <see cref="Unchanged"/> and <see cref="Uploaded"/> the blob is known to have its content.</summary>
internal enum FileOutcome
{
    /// <summary>The blob has the content of the file. Only its metadata may have been completed.</summary>
    Unchanged,

    Uploaded,

    /// <summary>A dry run would have uploaded it.</summary>
    WouldUpload,

    /// <summary>The blob differs and is newer, or has the content that is recorded, so it was not overwritten.</summary>
    Conflict,

    /// <summary>The backup was pruned here, so it is not uploaded again.</summary>
    Withheld,

    /// <summary>The file changed or vanished while it was read. The next run looks at it again.</summary>
    Changed,

    /// <summary>It could not be uploaded.</summary>
    Failed,

    /// <summary>It exists but can't be read. Nothing is known about its content; for a folder, nothing about the files in it.</summary>
    Unreadable,

    /// <summary>By the rules it is not copied: it is hidden, a device, or a link that leads outside. For a folder, neither are the files in it.</summary>
    Skipped,
}
