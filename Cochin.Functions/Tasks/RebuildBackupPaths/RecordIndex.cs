using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>
/// All that rows and listing say about blobs, in some 50 bytes a blob that a row names: neither side comes in the other's order,
/// so one must be held, and it is held without its names.
/// </summary>
internal sealed class RecordIndex
{
    private readonly Dictionary<BlobKey, BlobFacts> facts = [];

    public void Add(Operation operation)
    {
        if (!string.IsNullOrEmpty(operation.BlobName))
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(facts, BlobKey.Of(operation.BlobName), out _);
            known = known.With(operation);
        }
    }

    /// <summary>Notes that the listing shows a blob; forgotten where no row names it.</summary>
    public BlobFacts See(string blobName, long size)
    {
        ref var known = ref CollectionsMarshal.GetValueRefOrNullRef(facts, BlobKey.Of(blobName));
        if (Unsafe.IsNullRef(ref known))
        {
            return default;
        }

        return known = known.WithSeen(size);
    }

    public BlobFacts Of(string blobName) => facts.GetValueOrDefault(BlobKey.Of(blobName));

    /// <summary>Whether the complete listing settles if a record's blob exists.</summary>
    /// <param name="size">The blob's size; null where it is proven that it does not exist.</param>
    /// <returns>False where one must look: a record that came while the listing ran, or a blob that it does not cover.</returns>
    public bool Proves(string blobName, out long? size)
    {
        var known = Of(blobName);
        size = known.Is(BlobKnown.Seen) ? known.Size : null;
        return size is not null || (known.Is(BlobKnown.Judged) && blobName.StartsWith(BackupBlob.Root, StringComparison.Ordinal));
    }
}
