using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>A record with what became known about its blob.</summary>
/// <param name="BlobSize">Bytes; null where the blob is not there.</param>
internal readonly record struct JudgedRecord(Operation Record, RecordVerdict Verdict, long? BlobSize)
{
    /// <summary>Why it could not be judged; null where it could.</summary>
    public string? Problem { get; init; }

    public string BlobName => Record.BlobName!;

    /// <summary>How the audit log names it.</summary>
    public string Target => OperationKind.Backup + "/" + Record.Id;

    public bool SizeDiffers => BlobSize is not null && Record.SizeBytes is not null && BlobSize != Record.SizeBytes;
}
