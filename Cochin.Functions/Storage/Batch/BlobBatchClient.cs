using System.Globalization;
using Azure;
using Azure.Core;

namespace Cochin.Functions.Storage.Batch;

/// <summary>Deletes many blobs of a container in one request. Each blob has its own condition and its own response.</summary>
internal sealed class BlobBatchClient(BlobAccess access, Uri container)
{
    /// <summary>The maximum number of parts that the service accepts.</summary>
    public const int MaxParts = 256;

    private static readonly NoRetryPolicy NoRetries = new();

    private readonly PartSigner signer = new(access);

    /// <summary>
    /// Sends a batch once, without retries. A part without a response can be sent again: if its blob was deleted, the response is an error.
    /// </summary>
    /// <exception cref="Exception">There was no response; <see cref="NoRetryPolicy.IsTransient"/> returns whether to try again.</exception>
    public async Task<BatchResponse> DeleteAsync(IReadOnlyList<BlobToDelete> parts, CancellationToken cancellationToken)
    {
        var boundary = "batch_" + Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture);
        using var message = CreateMessage();
        message.Request.Headers.Add(HttpHeader.Names.ContentType, "multipart/mixed; boundary=" + boundary);
        message.Request.Headers.Add(HttpHeader.Names.Accept, "application/xml");
        var body = await WriteAsync(parts, boundary, cancellationToken).ConfigureAwait(false);
        message.Request.Content = RequestContent.Create(body);
        message.Request.Headers.Add(HttpHeader.Names.ContentLength, body.Length.ToString(CultureInfo.InvariantCulture)); // Part of the signature.
        try
        {
            await access.Pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status != 0)
        {
            return new BatchResponse(new PartResponse(e.Status, e.ErrorCode), []);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("it did not answer in time", e);
        }

        return Read(message.Response, parts.Count);
    }

    // Sent to the container, as the role of an identity may be limited to it. The emulator accepts a SAS only at the account's address.
    private HttpMessage CreateMessage()
    {
        var message = access.CreateMessage(RequestMethod.Post, access.Authentication is null ? access.Address : container, NoRetries);
        if (access.Authentication is not null)
        {
            message.Request.Uri.AppendQuery("restype", "container", escapeValue: false);
        }

        message.Request.Uri.AppendQuery("comp", "batch", escapeValue: false);
        return message;
    }

    // Parts that don't fit get no response and are sent with the next attempt.
    private async Task<ReadOnlyMemory<byte>> WriteAsync(IReadOnlyList<BlobToDelete> parts, string boundary, CancellationToken cancellationToken)
    {
        var writer = new BatchWriter(boundary);
        for (var i = 0; i < parts.Count && !writer.IsFull; i++)
        {
            using var part = await signer.SignAsync(parts[i], cancellationToken).ConfigureAwait(false);
            writer.Add(part.Request);
        }

        return writer.Finish();
    }

    private static BatchResponse Read(Response response, int count)
    {
        if (response.Status == PartResponse.Accepted)
        {
            return BatchReader.Read(response.Content.ToString(), response.Headers.ContentType, count);
        }

        var errorCode = response.Headers.TryGetValue("x-ms-error-code", out var code) ? code : null;
        TimeSpan? retryAfter = response.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
        return new BatchResponse(new PartResponse(response.Status, errorCode, retryAfter), []);
    }
}

/// <summary>A blob to delete, with its snapshots, if it is still this version.</summary>
/// <param name="Address">The address from the blob's client: escaped, and with the SAS if that is the credential.</param>
internal readonly record struct BlobToDelete(Uri Address, ETag ETag);
