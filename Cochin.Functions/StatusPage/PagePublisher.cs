using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.StatusPage;

/// <summary>Publishes the page and its JSON under <c>status/</c> in the system container.</summary>
/// <remarks>
/// Several processes may publish at once. Each reads the ETags of both files first, then the status, and replaces a file only if its ETag is
/// unchanged. So newer content never gets replaced by older content. A process whose ETag is outdated reads everything again. If a process also
/// published the previous page, it knows the ETags.
/// </remarks>
internal sealed class PagePublisher(StatusSource source, CochinStorage storage)
{
    public const string Folder = "status/";

    private const int MaxAttempts = 4;

    // The ETags of the page that this process published last; null if there is none, or if another process has published since.
    private Dictionary<string, ETag>? published;

    /// <returns>False if other processes published during each attempt; the page is then theirs.</returns>
    public async Task<bool> PublishAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var etags = Interlocked.Exchange(ref published, null) ?? await ReadETagsAsync(cancellationToken).ConfigureAwait(false);
            var document = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            var (json, page) = (PageFiles.ToJson(document), PageHtml.Write(document));
            if (await TryReplaceAsync(etags, PageFiles.Json, "application/json; charset=utf-8", json, cancellationToken).ConfigureAwait(false)
                && await TryReplaceAsync(etags, PageFiles.Page, "text/html; charset=utf-8", page, cancellationToken).ConfigureAwait(false))
            {
                published = etags;
                return true;
            }
        }

        return false;
    }

    private async Task<Dictionary<string, ETag>> ReadETagsAsync(CancellationToken cancellationToken)
    {
        var etags = new Dictionary<string, ETag>();
        try
        {
            await foreach (var blob in storage.System.GetBlobsAsync(BlobTraits.None, BlobStates.None, Folder, cancellationToken).ConfigureAwait(false))
            {
                etags[blob.Name] = blob.Properties.ETag ?? default;
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // The first write creates it.
        }

        return etags;
    }

    /// <param name="etags">The ETags of the files. That of a replaced file is updated.</param>
    private Task<bool> TryReplaceAsync(
        Dictionary<string, ETag> etags, string file, string contentType, string content, CancellationToken cancellationToken)
    {
        var name = Folder + file;
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType, CacheControl = "no-cache" },
            Conditions = etags.TryGetValue(name, out var etag)
                ? new BlobRequestConditions { IfMatch = etag }
                : new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        return storage.System.WriteAsync(
            async container =>
            {
                try
                {
                    var blob = container.GetBlobClient(name);
                    var written = await blob.UploadAsync(BinaryData.FromString(content), options, cancellationToken).ConfigureAwait(false);
                    etags[name] = written.Value.ETag;
                    return true;
                }
                catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ConditionNotMet || e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
                {
                    return false;
                }
            },
            cancellationToken);
    }
}
