namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The data of a unit in a checkpoint, if one run started its listing or deletion and the next one continues.</summary>
/// <param name="BlobsDeleted">The number of its blobs that have been deleted.</param>
/// <param name="HasUnanswered">Whether a delete got no response, so that more blobs may be gone.</param>
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
    /// <summary>Whether <see cref="Newest"/> is the time of a folder entry, because no other blobs were listed.</summary>
    public bool HasOnlyFolders { get; init; }
}
