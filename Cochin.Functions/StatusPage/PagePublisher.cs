using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;

namespace Cochin.Functions.StatusPage;

/// <summary>Puts the page and its JSON under <c>status/</c> in the system container.</summary>
/// <remarks>
/// Several may publish at once. Each notes the versions that are there before it looks at anything, and replaces only those:
/// so what is replaced was always found out earlier than what replaces it, in both files, and whoever comes too late looks
/// at everything again.
/// </remarks>
internal sealed class PagePublisher(StatusSource source, CochinStorage storage)
{
    public const string Folder = "status/";

    private const int Attempts = 4;

    /// <returns>False where others published again and again meanwhile: then theirs is there.</returns>
    public async Task<bool> PublishAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var there = await VersionsAsync(cancellationToken).ConfigureAwait(false);
            var document = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (await ReplaceAsync(there, PageFiles.Json, "application/json; charset=utf-8", PageFiles.ToJson(document), cancellationToken).ConfigureAwait(false)
                && await ReplaceAsync(there, PageFiles.Page, "text/html; charset=utf-8", PageHtml.Write(document), cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<Dictionary<string, ETag>> VersionsAsync(CancellationToken cancellationToken)
    {
        var versions = new Dictionary<string, ETag>();
        try
        {
            await foreach (var blob in storage.System.GetBlobsAsync(BlobTraits.None, BlobStates.None, Folder, cancellationToken).ConfigureAwait(false))
            {
                versions[blob.Name] = blob.Properties.ETag ?? default;
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // The first write makes it.
        }

        return versions;
    }

    private Task<bool> ReplaceAsync(Dictionary<string, ETag> there, string file, string contentType, string content, CancellationToken cancellationToken)
    {
        var name = Folder + file;
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType, CacheControl = "no-cache" },
            Conditions = there.TryGetValue(name, out var version) ? new BlobRequestConditions { IfMatch = version } : new BlobRequestConditions { IfNoneMatch = ETag.All },
        };
        return storage.System.WriteAsync(
            async container =>
            {
                try
                {
                    await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), options, cancellationToken).ConfigureAwait(false);
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
