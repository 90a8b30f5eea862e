using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>Reads the blobs of backups for verification.</summary>
/// <param name="read">Called with the number of bytes after each read.</param>
internal sealed class BackupSource(BlobContainerClient backups, Action<int> read)
{
    /// <summary>Reads a backup once. Computes its hash and validates its structure while reading.</summary>
    /// <param name="key">The key of an encrypted backup; null if unknown.</param>
    /// <returns>The result; null if the blob does not exist, or was deleted while it was read.</returns>
    /// <exception cref="RequestFailedException"><c>ConditionNotMet</c> if the blob was overwritten in the meantime; otherwise a storage error.</exception>
    /// <exception cref="InvalidDataException">The response does not contain the length or the ETag of the blob.</exception>
    public async Task<BackupReading?> ReadAsync(string blobName, byte[]? key, CancellationToken cancellationToken)
    {
        if (await OpenAsync(blobName, cancellationToken).ConfigureAwait(false) is not var (blob, content))
        {
            return null;
        }

        using (content)
        {
            try
            {
                return await ReadAsync(blob, content, key, cancellationToken).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                return null;
            }
        }
    }

    private async Task<(BlobClient Blob, BlobDownloadStreamingResult Content)?> OpenAsync(string blobName, CancellationToken cancellationToken)
    {
        foreach (var name in BlobNameReading.NamesOf(blobName, backups.Uri).Where(name => Reachability.Problem(backups, name) is null))
        {
            try
            {
                var blob = backups.GetBlobClient(name);
                var response = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                return response.GetRawResponse().Headers is { ContentLength: not null, ETag: not null }
                    ? (blob, response.Value)
                    : throw new InvalidDataException("the response does not contain the length of the blob");
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                // Try the next spelling.
            }
        }

        return null;
    }

    private async Task<BackupReading> ReadAsync(BlobClient blob, BlobDownloadStreamingResult content, byte[]? key, CancellationToken cancellationToken)
    {
        var details = content.Details;
        var unchanged = new BlobRequestConditions { IfMatch = details.ETag };
        var stated = FileMetadata.StatedChecksum(details.Metadata);
        using var fernet = key is null ? null : new FernetKey(key);
        using var stream = new HashingStream(content.Content, details.ContentLength, read);
        var structure = details.ContentLength == 0
            ? new StructureResult(VerifiedLevel.Checksum)
            : await new ArchiveValidator(OpenSeekableAsync).ValidateAsync(blob.Name, stream, fernet, cancellationToken).ConfigureAwait(false);
        var sha256 = await stream.EndAsync(cancellationToken).ConfigureAwait(false);

        // Fails if the blob was overwritten while it was read: the verdict must not be stored for the new version.
        await blob.GetPropertiesAsync(unchanged, cancellationToken).ConfigureAwait(false);
        return new BackupReading(details.ETag, stream.Count, sha256, stated, structure);

        Task<Stream> OpenSeekableAsync(CancellationToken token) => Task.FromResult<Stream>(new BlobRanges(blob, details.ETag, details.ContentLength));
    }
}
