using Azure;

namespace Cochin.Functions.Storage;

/// <summary>A blob as a listing showed it; a delete goes through only while it is still this version.</summary>
/// <param name="LastModified">When it was last written, on the service's clock.</param>
/// <param name="CreatedOn">Null where the service does not tell.</param>
/// <param name="Metadata">Null where it was not asked for, or there is none.</param>
/// <param name="IsFolder">Whether it is a folder's own entry; known only if the metadata was asked for.</param>
/// <param name="IsArchived">Whether it is in the archive tier, where it can't be read.</param>
internal readonly record struct ListedBlob(
    string Name,
    ETag ETag,
    DateTimeOffset LastModified,
    long Bytes,
    bool IsLeased,
    DateTimeOffset? CreatedOn = null,
    IReadOnlyDictionary<string, string>? Metadata = null,
    bool IsFolder = false,
    bool IsArchived = false);
