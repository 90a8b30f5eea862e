using System.Text.Json.Serialization;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The checkpoint of a reconciliation, without the index. The JSON names must not change.</summary>
internal sealed class RebuildState
{
    /// <summary>Increase it when the format or meaning of the checkpoint changes.</summary>
    public const int CurrentVersion = 7;

    public int Version { get; init; } = CurrentVersion;

    /// <summary>The settings that decide what a backup is. If they change, the work starts over.</summary>
    public required string Settings { get; init; }

    /// <summary>The service's time when the work started, before the first row and blob were read.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The number of entries in the index.</summary>
    public long Entries { get; set; }

    /// <summary>The parts of the operations table that are left to read.</summary>
    public IReadOnlyList<RowPart> RowsLeft { get; set; } = [RowPart.All];

    /// <summary>Whether the operations table has never existed. The first record creates it.</summary>
    public bool IsTableMissing { get; set; }

    /// <summary>The backups on each page of rows.</summary>
    public List<RowRange> RowPages { get; init; } = [];

    /// <summary>The parts of the listing that are left to read.</summary>
    public IReadOnlyList<ListingQuery> BlobsLeft { get; set; } = [new ListingQuery(BackupBlob.Root)];

    public List<BlobPage> BlobPages { get; init; } = [];

    /// <summary>Whether both sides were read completely and counted.</summary>
    [JsonPropertyName("IsSurveyed")]
    public bool IsCounted { get; set; }

    /// <summary>The number of orphans that were handled.</summary>
    public long Handled { get; set; }

    /// <summary>The position up to which suspect records were checked; null when all were checked.</summary>
    [JsonPropertyName("LookedAt")]
    public ReadPosition? CheckPosition { get; set; } = new ReadPosition();

    /// <summary>The position up to which they were read again and repaired.</summary>
    [JsonPropertyName("Mended")]
    public ReadPosition RepairPosition { get; set; }

    /// <summary>The number of batches of records that were checked or read again.</summary>
    [JsonPropertyName("Stretches")]
    public long RecordBatches { get; set; }

    /// <summary>The number of wrong records that were handled.</summary>
    public long Repaired { get; set; }

    public RebuildCounts Counts { get; init; } = new();

    /// <summary>Increases with all work done.</summary>
    public long Progress => RowPages.Count + BlobPages.Count + Handled + RecordBatches + Repaired;
}

/// <summary>A page of the listing, so that it can be listed again.</summary>
/// <param name="Prefix">The prefix of its part of the listing.</param>
/// <param name="Marker">The marker of the page; null for the first one of its part.</param>
/// <param name="Blobs">The number of blobs on the page.</param>
internal sealed record BlobPage(string Prefix, string? Marker, int Blobs);

/// <summary>A position in the records that are read again.</summary>
/// <param name="Range">The index of the range.</param>
/// <param name="After">The last row key that was handled; null at the start of the range.</param>
internal readonly record struct ReadPosition(int Range, string? After);

[JsonSerializable(typeof(RebuildState))]
internal sealed partial class RebuildJson : JsonSerializerContext;
