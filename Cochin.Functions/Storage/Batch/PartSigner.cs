using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage.Batch;

/// <summary>Creates the request of a part, signed with the client's credential.</summary>
internal sealed class PartSigner(BlobAccess access)
{
    private readonly HttpPipeline pipeline = new(new NullTransport(access.Pipeline), access.Authentication is { } policy ? [policy] : []);

    /// <remarks>A part has no <c>x-ms-version</c>; the batch's version applies.</remarks>
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
