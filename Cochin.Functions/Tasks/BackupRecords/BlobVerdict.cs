namespace Cochin.Functions.Tasks.BackupRecords;

/// <summary>The state of a blob under <c>storage/</c>.</summary>
internal enum BlobVerdict
{
    /// <summary>Its name is not that of a backup.</summary>
    Ignored,

    /// <summary>A record refers to it.</summary>
    Recorded,

    /// <summary>It may still be being written, or get its record from the application.</summary>
    InFlight,

    /// <summary>A backup without a record.</summary>
    Orphan,

    /// <summary>A row with another spelling may refer to it.</summary>
    Unclear,
}
