namespace Cochin.Functions.Tasks.SyncDjango.Mapping;

/// <summary>What is known about the file of a backup.</summary>
/// <param name="BlobName">The name of the blob, which may differ from the path in the form of its accents.</param>
/// <param name="Size">The size of the file, if it is <see cref="FileStanding.Stored"/>.</param>
/// <param name="Sha256">The checksum of the file; null if it was not read.</param>
/// <param name="Problem">
/// Why the file was not looked at although it may be there, as a phrase that follows the name of its record; null if it was, or if there is none.
/// </param>
internal readonly record struct FileFacts(string BlobName, FileStanding Standing, long Size = 0, Checksum? Sha256 = null, string? Problem = null)
{
    /// <summary>Whether there is certainly neither a file nor a blob, and the backup was not pruned.</summary>
    public bool IsLost { get; init; }
}

internal enum FileStanding
{
    /// <summary>The blob has the content of the file.</summary>
    Stored,

    /// <summary>The file is in the folder, but is not copied: the blob is newer, or the backup was pruned.</summary>
    NotCopied,

    /// <summary>The blob does not have the content yet: the file changes, can't be read, was skipped, or could not be uploaded.</summary>
    Waits,

    /// <summary>There is no file.</summary>
    Missing,
}
