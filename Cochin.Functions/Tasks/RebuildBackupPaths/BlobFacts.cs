using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>What is known about the blob of one name, from all the rows that name it and from the listing.</summary>
/// <param name="Known">What is established.</param>
/// <param name="Size">Bytes, once it was <see cref="BlobKnown.Seen"/>.</param>
internal readonly record struct BlobFacts(BlobKnown Known, long Size)
{
    public bool Is(BlobKnown known) => (Known & known) != 0;

    public BlobFacts With(Operation operation)
    {
        var known = operation switch
        {
            { IsLive: true } => BlobKnown.Claimed,
            { Kind: OperationKind.Backup, Status: OperationStatus.Completed or OperationStatus.FileMissing } => BlobKnown.Recorded | BlobKnown.Judged,
            { Kind: OperationKind.Backup } => BlobKnown.Recorded,
            _ => BlobKnown.Nothing,
        };
        return this with { Known = Known | known };
    }

    public BlobFacts WithSeen(long size) => new(Known | BlobKnown.Seen, size);
}
