namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The counts of the work, over all its runs.</summary>
internal sealed class RebuildCounts
{
    public long Blobs { get; set; }

    /// <summary>The number of rows of backups.</summary>
    public long Records { get; set; }

    /// <summary>The number of completed records with a blob name.</summary>
    public long Completed { get; set; }

    /// <summary>The number of completed records whose blob is missing.</summary>
    public long Gone { get; set; }

    /// <summary>The number of backups without a record, before the detailed checks.</summary>
    public long Orphans { get; set; }

    public long Registered { get; set; }

    public long RegisteredBytes { get; set; }

    public long Missing { get; set; }

    public long Healed { get; set; }

    public long Mismatched { get; set; }

    public long InFlight { get; set; }

    public long Ignored { get; set; }

    public long Failed { get; set; }

    /// <summary>Rows with an ambiguous blob name.</summary>
    public Finding Unclear { get; init; } = new();

    /// <summary>Columns that can't be read.</summary>
    public Finding Unread { get; init; } = new();

    /// <summary>Blobs without content.</summary>
    public Finding Empty { get; init; } = new();

    /// <summary>Records whose blob exists with another spelling.</summary>
    public Finding Respelled { get; init; } = new();

    /// <summary>Records of pruned or missing backups that now describe a new one with the same name.</summary>
    public Finding Replaced { get; init; } = new();

    /// <summary>Backups that were registered without a checksum, because they can't be read.</summary>
    public Finding Unhashed { get; init; } = new();

    /// <inheritdoc cref="Storage.UnknownPartitions"/>
    public List<string> UnknownPartitions { get; init; } = [];

    public List<string> Warnings { get; init; } = [];

    public List<string> Failures { get; init; } = [];
}
