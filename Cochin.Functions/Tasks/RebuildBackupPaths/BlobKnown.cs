namespace Cochin.Functions.Tasks.RebuildBackupPaths;

[Flags]
internal enum BlobKnown : byte
{
    Nothing = 0,

    /// <summary>A backup that is over, whatever came of it, names the blob: it has its record.</summary>
    Recorded = 1,

    /// <summary>Such a record was <c>completed</c> or <c>file_missing</c> before the listing began, so the listing can prove it wrong.</summary>
    Judged = 2,

    /// <summary>A backup or restore under way names the blob.</summary>
    Claimed = 4,

    /// <summary>The listing shows the blob.</summary>
    Seen = 8,
}
