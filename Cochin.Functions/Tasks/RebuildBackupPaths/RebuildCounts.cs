namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>What was counted of the work so far, over all its runs.</summary>
internal sealed class RebuildCounts
{
    public long Blobs { get; set; }

    /// <summary>Rows of backups.</summary>
    public long Records { get; set; }

    /// <summary>Completed records that name a blob.</summary>
    public long Completed { get; set; }

    /// <summary>Of those, the ones whose blob is gone.</summary>
    public long Gone { get; set; }

    /// <summary>Backups without a record, as the first look has it.</summary>
    public long Orphans { get; set; }

    public long Registered { get; set; }

    public long RegisteredBytes { get; set; }

    public long Missing { get; set; }

    public long Healed { get; set; }

    public long Mismatched { get; set; }

    public long InFlight { get; set; }

    public long Ignored { get; set; }

    public long Failed { get; set; }

    /// <summary>Rows of which it is not certain which blob they mean.</summary>
    public Finding Unclear { get; init; } = new();

    /// <summary>Columns that can't be read.</summary>
    public Finding Unread { get; init; } = new();

    /// <summary>Blobs of no bytes.</summary>
    public Finding Empty { get; init; } = new();

    /// <summary>Records whose blob is there under another spelling.</summary>
    public Finding Respelled { get; init; } = new();

    /// <summary>Backups that were registered without a checksum, as the storage does not let them be read.</summary>
    public Finding Unhashed { get; init; } = new();

    public List<string> Warnings { get; init; } = [];

    public List<string> Failures { get; init; } = [];
}
