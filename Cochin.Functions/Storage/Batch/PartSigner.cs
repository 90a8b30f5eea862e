using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage.Batch;

/// <summary>Makes the request that a part stands for, signed by the client's own credential of whatever kind.</summary>
internal sealed class PartSigner(BlobAccess access)
{
    private readonly HttpPipeline pipeline = new(new NullTransport(access.Pipeline), access.Authentication is { } policy ? [policy] : []);

    /// <remarks>A part has no <c>x-ms-version</c>: the batch's is that of its parts.</remarks>
    public async ValueTask<HttpMessage> SignAsync(BlobToDelete part, CancellationToken cancellationToken)
    {
        var message = pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Delete;
        message.Request.Uri.Reset(part.Address);
        message.Request.Headers.Add(HttpHeader.Names.IfMatch, part.ETag.ToString("H"));
        message.Request.Headers.Add("x-ms-delete-snapshots", "include");
        await pipeline.SendAsync(message, cancellationToken).ConfigureAwait(false);
        return message;
    }
}
