namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>What a checkpoint keeps of a unit that one run began and the next continues.</summary>
/// <param name="BlobsDeleted">How many of its blobs are gone already.</param>
/// <param name="HasUnanswered">Whether more of them may be gone: a delete was not answered in time.</param>
internal sealed record UnitFacts(
    string Area,
    string Name,
    DateTimeOffset Newest,
    long Bytes,
    long Blobs,
    bool IsLeased,
    long BlobsDeleted = 0,
    long BytesFreed = 0,
    bool HasUnanswered = false)
{
    /// <summary>Whether <see cref="Newest"/> is that of a folder's entry, as nothing else was seen.</summary>
    public bool HasOnlyFolders { get; init; }
}
