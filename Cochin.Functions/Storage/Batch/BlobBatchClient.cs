using System.Globalization;
using Azure;
using Azure.Core;

namespace Cochin.Functions.Storage.Batch;

/// <summary>Deletes many blobs of a container by one request: each with a condition of its own, and each answered by itself.</summary>
internal sealed class BlobBatchClient(BlobAccess access, Uri container)
{
    /// <summary>The service takes no more parts in a batch.</summary>
    public const int MaxParts = 256;

    private static readonly NoRetryPolicy LastWord = new();

    private readonly PartSigner signer = new(access);

    /// <summary>
    /// Sends a batch, once. A part without an answer may be sent again: a blob that is gone by then is answered as gone, or as changed.
    /// </summary>
    /// <exception cref="Exception">No answer came; <see cref="NoRetryPolicy.IsTransient"/> tells whether it is worth another attempt.</exception>
    public async Task<BatchResponse> DeleteAsync(IReadOnlyList<BlobToDelete> parts, CancellationToken cancellationToken)
    {
        var boundary = "batch_" + Guid.NewGuid().ToString("D", CultureInfo.InvariantCulture);
        using var message = CreateMessage();
        message.Request.Headers.Add(HttpHeader.Names.ContentType, "multipart/mixed; boundary=" + boundary);
        message.Request.Headers.Add(HttpHeader.Names.Accept, "application/xml");
        var body = await WriteAsync(parts, boundary, cancellationToken).ConfigureAwait(false);
        message.Request.Content = RequestContent.Create(body);
        message.Request.Headers.Add(HttpHeader.Names.ContentLength, body.Length.ToString(CultureInfo.InvariantCulture)); // It is signed, too.
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

    // To the container, as an identity may have its role on that alone. The emulator takes a SAS at the account's address only.
    private HttpMessage CreateMessage()
    {
        var message = access.CreateMessage(RequestMethod.Post, access.Authentication is null ? access.Address : container, LastWord);
        if (access.Authentication is not null)
        {
            message.Request.Uri.AppendQuery("restype", "container", escapeValue: false);
        }

        message.Request.Uri.AppendQuery("comp", "batch", escapeValue: false);
        return message;
    }

    // What finds no room is not sent and so not answered; its turn comes with the next attempt.
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

    private static BatchResponse Read(Response answer, int count)
    {
        if (answer.Status == PartResponse.Accepted)
        {
            return BatchReader.Read(answer.Content.ToString(), answer.Headers.ContentType, count);
        }

        var errorCode = answer.Headers.TryGetValue("x-ms-error-code", out var code) ? code : null;
        TimeSpan? retryAfter = answer.Headers.TryGetValue("Retry-After", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
        return new BatchResponse(new PartResponse(answer.Status, errorCode, retryAfter), []);
    }
}

/// <summary>A blob to delete, with its snapshots, as long as it is still this version.</summary>
/// <param name="Address">As its client has it: escaped, and with the SAS where that is the credential.</param>
internal readonly record struct BlobToDelete(Uri Address, ETag ETag);
