using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The decisions of the reconciliation, as pure functions.</summary>
internal static class ReconciliationRule
{
    private const long MinForMassMissing = 20;

    /// <param name="facts">The facts about a listed blob.</param>
    public static BlobVerdict EvaluateBlob(BlobFacts facts) =>
        facts.Is(BlobFlags.Ignored) ? BlobVerdict.Ignored
        : facts.Is(BlobFlags.Claimed) ? BlobVerdict.InFlight
        : facts.Is(BlobFlags.Recorded) ? BlobVerdict.Recorded
        : facts.Is(BlobFlags.Young) ? BlobVerdict.InFlight
        : BlobVerdict.Orphan;

    /// <param name="blobSize">
    /// The size of the blob; null if it is proven to be missing. An empty blob, or one with another size than in the record, is not the missing backup.
    /// Which backup the blob is otherwise, <see cref="ReturnedRecords"/> finds out.
    /// </param>
    public static RecordVerdict EvaluateRecord(Operation record, long? blobSize) => record switch
    {
        { BlobName: null or "" } => RecordVerdict.NotChecked,
        { Status: OperationStatus.Completed } when blobSize is null => RecordVerdict.Missing,
        { HasNoFile: true } => IsBack(record, blobSize) ? RecordVerdict.Returned : RecordVerdict.Correct,
        { Status: OperationStatus.Completed } => RecordVerdict.Correct,
        { Status: OperationStatus.Pruned } => HasContent(record, blobSize) ? RecordVerdict.Returned : RecordVerdict.Correct,
        _ => RecordVerdict.NotChecked,
    };

    private static bool IsBack(Operation record, long? blobSize) =>
        HasContent(record, blobSize) && record.UnreadableSizeType is null && (record.SizeBytes is null || record.SizeBytes == blobSize);

    private static bool HasContent(Operation record, long? blobSize) => blobSize is { } size && !EmptyArchive.HasSizeOf(record.BlobName, size);

    /// <summary>Whether so many completed records are missing that a mistake such as a wrong container is more likely.</summary>
    public static bool IsMassMissing(long missing, long completed) => completed >= MinForMassMissing && missing * 2 > completed;
}

/// <summary>The result of comparing a record with its blob.</summary>
internal enum RecordVerdict
{
    /// <summary>It was not compared, because of its status or an error.</summary>
    NotChecked,

    /// <summary>The record is correct.</summary>
    Correct,

    /// <summary>The record is <c>completed</c>, but the blob is missing.</summary>
    Missing,

    /// <summary>The record is <c>file_missing</c> or <c>pruned</c>, or has <see cref="Operation.FileMissing"/>, but the blob exists.</summary>
    Returned,
}
