using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>The blobs of backups, as they are read for a verification.</summary>
/// <param name="read">Called with the number of bytes, each time some were read.</param>
internal sealed class BackupSource(BlobContainerClient backups, Action<int> read)
{
    private const string ChecksumKey = "sha256";

    /// <summary>The names of blobs that a row's <c>BlobName</c> may mean, the likeliest first.</summary>
    public static IEnumerable<string> NamesOf(string blobName, Uri container) => BlobNameReading.Of(blobName, container).Spellings.Prepend(blobName).Distinct();

    /// <summary>A blob's version as rows keep it.</summary>
    public static string Text(ETag etag) => etag.ToString().Trim('"');

    /// <summary>Reads a backup once, and hashes and tests it on the way.</summary>
    /// <param name="key">Opens an encrypted one; null if it is not known.</param>
    /// <returns>Null if there is no such blob.</returns>
    /// <exception cref="RequestFailedException">
    /// <c>ConditionNotMet</c>: it was overwritten meanwhile. Otherwise the storage refuses to say so, or to give it away.
    /// </exception>
    /// <exception cref="InvalidDataException">The answer does not say how long the blob is, or which version of it this is.</exception>
    public async Task<BackupReading?> ReadAsync(string blobName, byte[]? key, CancellationToken cancellationToken)
    {
        if (await OpenAsync(blobName, cancellationToken).ConfigureAwait(false) is not var (blob, content))
        {
            return null;
        }

        using (content)
        {
            return await ReadAsync(blob, content, key, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(BlobClient Blob, BlobDownloadStreamingResult Content)?> OpenAsync(string blobName, CancellationToken cancellationToken)
    {
        foreach (var name in NamesOf(blobName, backups.Uri).Where(name => Reachability.Problem(backups, name) is null))
        {
            try
            {
                var blob = backups.GetBlobClient(name);
                var answer = await blob.DownloadStreamingAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                return answer.GetRawResponse().Headers is { ContentLength: not null, ETag: not null }
                    ? (blob, answer.Value)
                    : throw new InvalidDataException("it does not say how long the blob is");
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                // Another spelling may be meant.
            }
        }

        return null;
    }

    private async Task<BackupReading> ReadAsync(BlobClient blob, BlobDownloadStreamingResult content, byte[]? key, CancellationToken cancellationToken)
    {
        var details = content.Details;
        var unchanged = new BlobRequestConditions { IfMatch = details.ETag };
        var stated = details.Metadata.FirstOrDefault(entry => entry.Key.Equals(ChecksumKey, StringComparison.OrdinalIgnoreCase)).Value;
        using var fernet = key is null ? null : new FernetKey(key);
        using var stream = new HashingStream(content.Content, details.ContentLength, read);
        var structure = details.ContentLength == 0
            ? new StructureResult(VerifiedLevel.Checksum)
            : await new Structure(OpenSeekableAsync).TestAsync(blob.Name, stream, fernet, cancellationToken).ConfigureAwait(false);
        var sha256 = await stream.EndAsync(cancellationToken).ConfigureAwait(false);

        // The service may have sent what was there before; a row must not get the version of what is there now.
        await blob.GetPropertiesAsync(unchanged, cancellationToken).ConfigureAwait(false);
        return new BackupReading(details.ETag, stream.Count, sha256, stated, structure);

        Task<Stream> OpenSeekableAsync(CancellationToken token) => Task.FromResult<Stream>(new BlobRanges(blob, details.ETag, details.ContentLength));
    }
}
