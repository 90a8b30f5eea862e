using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>The current version of a blob.</summary>
/// <param name="Sha256">The SHA-256 in its metadata; null if there is none.</param>
/// <param name="FileModifiedAt">The time in its metadata at which its file was changed last; null if there is none.</param>
internal sealed record StoredVersion(
    ETag ETag, long Size, DateTimeOffset LastModified, IDictionary<string, string> Metadata, string? Sha256, DateTimeOffset? FileModifiedAt)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>
    /// When its content was made at the latest: by the clock of the file if it was uploaded from one, otherwise by that of the storage, which gives
    /// whole seconds. The time of the upload would be later than a change of the file that came after it was read. A placeholder, such as 1970, is not
    /// the time of the content.
    /// </summary>
    public DateTimeOffset ContentTime => FileModifiedAt is { } time && !time.IsPlaceholder() ? time : LastModified + Second;

    public BlobRequestConditions IsCurrent => new() { IfMatch = ETag };

    /// <summary>Whether another program created, changed or deleted the blob since it was looked at.</summary>
    public static bool IsOutdated(RequestFailedException e) =>
        e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobAlreadyExists || e.ErrorCode == BlobErrorCode.BlobNotFound;

    /// <returns>Null if the blob does not exist.</returns>
    public static async Task<StoredVersion?> FindAsync(BlobContainerClient container, string name, CancellationToken cancellationToken)
    {
        try
        {
            var found = (await container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken).ConfigureAwait(false)).Value;
            return new(
                found.ETag, found.ContentLength, found.LastModified, found.Metadata,
                FileMetadata.ChecksumIn(found.Metadata), FileMetadata.ModifiedIn(found.Metadata));
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return null;
        }
    }

    /// <summary>Reads the blob to compute its SHA-256.</summary>
    /// <exception cref="RequestFailedException"><c>ConditionNotMet</c> or <c>BlobNotFound</c>: it is no longer this version.</exception>
    public async Task<string> HashAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Conditions = IsCurrent };
        using var download = (await blob.DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false)).Value;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(download.Content, cancellationToken).ConfigureAwait(false));
    }
}
