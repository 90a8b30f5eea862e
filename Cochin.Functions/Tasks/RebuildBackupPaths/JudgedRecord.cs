using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A record with what became known about its blob.</summary>
/// <param name="BlobSize">Bytes; null if the blob is not there.</param>
internal readonly record struct JudgedRecord(Operation Record, RecordVerdict Verdict, long? BlobSize)
{
    /// <summary>Why it could not be judged; null if it could.</summary>
    public string? Problem { get; init; }

    /// <summary>Why it is not certain which blob it means; null if it is.</summary>
    public string? Doubt { get; init; }

    /// <summary>The name of the blob that it means, if it spells it otherwise; else null.</summary>
    public string? Meant { get; init; }

    /// <summary>The names to look for before the record is changed; null for the one that it has.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    public string BlobName => Meant ?? BlobNameReading.Shown(Record.BlobName!);

    /// <summary>Whether its blob is gone because a run of <c>prune_backups</c> deleted it and died before it could record that.</summary>
    public bool IsPruned => Verdict == RecordVerdict.Missing && Record.IsPruneBegun;

    /// <summary>How the audit log names it.</summary>
    public string Target => OperationKind.Backup + "/" + Record.Id;

    public bool SizeDiffers => BlobSize is not null && Record.SizeBytes is not null && BlobSize != Record.SizeBytes;
}
