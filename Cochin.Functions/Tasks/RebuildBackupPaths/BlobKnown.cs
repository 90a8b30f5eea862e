namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>What rows and listing say of the blob of one name. They fit into a byte.</summary>
[Flags]
internal enum BlobKnown : byte
{
    Nothing = 0,

    /// <summary>A backup that is over, whatever came of it, names the blob: it has its record.</summary>
    Recorded = 1,

    /// <summary>Such a record says <c>completed</c>.</summary>
    Completed = 2,

    /// <summary>Such a record says <c>file_missing</c> or <c>pruned</c>.</summary>
    FileMissing = 4,

    /// <summary>A backup or restore under way names the blob.</summary>
    Claimed = 8,

    /// <summary>The listing shows the blob.</summary>
    Seen = 16,

    /// <summary>It is no backup by its ending.</summary>
    Ignored = 32,

    /// <summary>It is younger than the grace.</summary>
    Young = 64,

    /// <summary>Sizes differ, or the listing does not cover the name: its records have to be looked at, whatever else is known.</summary>
    Odd = 128,
}
