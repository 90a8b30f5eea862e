using Azure;

namespace Cochin.Functions.Storage;

/// <summary>A blob in a listing. A delete succeeds only while the blob is still this version.</summary>
/// <param name="LastModified">The time of the last write, on the service's clock.</param>
/// <param name="CreatedOn">The creation time; null if the service does not return it.</param>
/// <param name="Metadata">The metadata; null if it was not requested or there is none.</param>
/// <param name="IsFolder">Whether this is a folder entry; known only if the metadata was requested.</param>
/// <param name="IsMetadataEncrypted">Whether the blob has metadata that can't be read, because it is encrypted with a customer-provided key.</param>
/// <param name="IsArchived">Whether the blob is in the archive tier and can't be read.</param>
internal readonly record struct ListedBlob(
    string Name,
    ETag ETag,
    DateTimeOffset LastModified,
    long Bytes,
    bool IsLeased,
    DateTimeOffset? CreatedOn = null,
    IReadOnlyDictionary<string, string>? Metadata = null,
    bool IsFolder = false,
    bool IsArchived = false,
    bool IsMetadataEncrypted = false);
