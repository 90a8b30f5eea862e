namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>What a blob under <c>storage/</c> is.</summary>
internal enum BlobVerdict
{
    /// <summary>No backup by its ending.</summary>
    Ignored,

    /// <summary>A record names it.</summary>
    Recorded,

    /// <summary>It may still be written, or get its record from the application.</summary>
    InFlight,

    /// <summary>A backup without a record.</summary>
    Orphan,

    /// <summary>A row names it, or another blob, in another form: that can't be told for certain.</summary>
    Unclear,
}
