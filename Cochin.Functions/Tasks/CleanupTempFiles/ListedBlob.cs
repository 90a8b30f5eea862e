using Azure;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>A blob as a listing showed it; a delete goes through only while it is still this version.</summary>
internal readonly record struct ListedBlob(string Name, ETag ETag, DateTimeOffset LastModified, long Bytes, bool IsLeased)
{
    /// <exception cref="InvalidDataException">The listing does not tell the blob's age or version: there is no proof to act on.</exception>
    public static ListedBlob From(BlobItem item)
    {
        var properties = item.Properties;

        // The client reads what is not there as the year 1, which would be very old.
        if (properties.LastModified is not { Year: > 1 } lastModified || properties.ETag is not { } etag || etag == default)
        {
            throw new InvalidDataException($"the listing does not tell Last-Modified and ETag of {item.Name}, so its age is not certain.");
        }

        return new ListedBlob(item.Name, etag, lastModified, properties.ContentLength ?? 0, properties.LeaseStatus == LeaseStatus.Locked);
    }
}
