namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>How far a reconciliation is: with the index, all that its next run needs to go on.</summary>
internal sealed class RebuildState
{
    /// <summary>Raised when what is kept gets another form or meaning.</summary>
    public const int CurrentVersion = 4;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The settings that blobs were judged by.</summary>
    public required string Settings { get; init; }

    /// <summary>The service's time when the work began, before the first row and the first blob were read.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How many entries the index has.</summary>
    public long Entries { get; set; }

    /// <summary>Where the next page of rows begins; null for the first.</summary>
    public string? NextRows { get; set; }

    public bool AreRowsRead { get; set; }

    /// <summary>Whether there was no table of operations when the work began, nor a trace of an earlier one: the first record makes it.</summary>
    public bool IsTableMissing { get; set; }

    /// <summary>The last row key of a backup up to the end of each page of rows; empty where there was none yet.</summary>
    public List<string> RowPages { get; init; } = [];

    /// <inheritdoc cref="NextRows"/>
    public string? NextBlobs { get; set; }

    public bool AreBlobsRead { get; set; }

    public List<BlobPage> BlobPages { get; init; } = [];

    /// <summary>Both sides were read to their end, and what they say of the blobs was counted.</summary>
    public bool IsSurveyed { get; set; }

    /// <summary>How many orphans were dealt with.</summary>
    public long Handled { get; set; }

    /// <summary>How far the records that may be wrong have been looked at; null when all were.</summary>
    public ReadPosition? LookedAt { get; set; } = new ReadPosition();

    /// <summary>How far they were read again to mend the wrong ones.</summary>
    public ReadPosition Mended { get; set; }

    /// <summary>How many stretches of records were looked at, or read again.</summary>
    public long Stretches { get; set; }

    /// <summary>How many wrong records were dealt with.</summary>
    public long Repaired { get; set; }

    public RebuildCounts Counts { get; init; } = new();

    /// <summary>Grows with whatever is done.</summary>
    public long Progress => RowPages.Count + BlobPages.Count + Handled + Stretches + Repaired;
}
