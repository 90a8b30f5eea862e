using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A record and the result of the check for its blob.</summary>
/// <param name="BlobSize">The size of the blob in bytes; null if it does not exist.</param>
internal readonly record struct CheckedRecord(Operation Record, RecordVerdict Verdict, long? BlobSize)
{
    /// <summary>Why the check failed; null if it did not.</summary>
    public string? Problem { get; init; }

    /// <summary>Why it is not certain which blob the record refers to; null if it is.</summary>
    public string? Doubt { get; init; }

    /// <summary>The name of the blob if it is spelled differently in the record; otherwise null.</summary>
    public string? Meant { get; init; }

    /// <summary>The names to check before the record is changed; null for the name in the record.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Whether its blob is gone because a run of <c>prune_backups</c> deleted it and died before it could record that.</summary>
    public bool IsPruned => Verdict == RecordVerdict.Missing && Record.IsPruneBegun;

    public string BlobName => Meant ?? BlobNameReading.Redact(Record.BlobName!);

    /// <summary>The target in the audit log.</summary>
    public string Target => OperationKind.Backup + "/" + Record.Id;

    public bool SizeDiffers =>
        Record.Status != OperationStatus.Pruned && BlobSize is not null && Record.SizeBytes is not null && BlobSize != Record.SizeBytes;
}
