using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The decisions of the reconciliation: pure functions of what was read and the service's time.</summary>
internal static class Judge
{
    private const long FewestForMassMissing = 20;

    /// <param name="facts">Of a blob that was seen.</param>
    public static BlobVerdict Blob(BlobFacts facts) =>
        facts.Is(BlobKnown.Ignored) ? BlobVerdict.Ignored
        : facts.Is(BlobKnown.Claimed) ? BlobVerdict.InFlight
        : facts.Is(BlobKnown.Recorded) ? BlobVerdict.Recorded
        : facts.Is(BlobKnown.Young) ? BlobVerdict.InFlight
        : BlobVerdict.Orphan;

    /// <param name="blobSize">Null if it is proven that the blob does not exist. A blob without content or of another size is not the backup that went missing.</param>
    public static RecordVerdict Record(Operation record, long? blobSize) => record switch
    {
        { BlobName: null or "" } => RecordVerdict.NotJudged,
        { Status: OperationStatus.Completed } => blobSize is null ? RecordVerdict.Missing : RecordVerdict.Right,
        { Status: OperationStatus.FileMissing or OperationStatus.Pruned } => IsBack(record, blobSize) ? RecordVerdict.Returned : RecordVerdict.Right,
        _ => RecordVerdict.NotJudged,
    };

    private static bool IsBack(Operation record, long? blobSize) =>
        blobSize is { } size && !EmptyArchive.HasSizeOf(record.BlobName, size) && (record.SizeBytes is null || record.SizeBytes == size);

    /// <summary>Whether so many completed records would go missing that a mistake is likelier: a wrong container, a bad day.</summary>
    public static bool IsMassMissing(long missing, long completed) => completed >= FewestForMassMissing && missing * 2 > completed;
}
