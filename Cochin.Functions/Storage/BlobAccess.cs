using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>
/// What it takes to send the blob service a request that its client has no method for, or a slow one: the client's own pipeline with its
/// retries, its policies and its credential.
/// </summary>
/// <param name="Address">The service's, with a SAS in its query where that is the credential.</param>
/// <param name="Authentication">Signs a request; null where a SAS does.</param>
/// <param name="Version">The version of the service to ask for, as in <c>x-ms-version</c>.</param>
internal sealed record BlobAccess(Uri Address, HttpPipeline Pipeline, HttpPipelinePolicy? Authentication, string Version, RetryOptions Retry)
{
    /// <param name="retry">How patient the client is; it does not tell.</param>
    public static BlobAccess Of(BlobServiceClient client, RetryOptions retry) => Key.Open(client, retry);

    /// <param name="lastWord">A policy for this request alone, after those of the client.</param>
    public HttpMessage CreateMessage(RequestMethod method, Uri address, HttpPipelinePolicy? lastWord = null)
    {
        var context = new RequestContext();
        if (lastWord is not null)
        {
            context.AddPolicy(lastWord, HttpPipelinePosition.PerCall);
        }

        var message = Pipeline.CreateMessage(context);
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        message.Request.Headers.Add("x-ms-version", Version);
        return message;
    }

    /// <summary>The client shows its pipeline to classes that derive from it, and to nobody else.</summary>
    private sealed class Key : BlobServiceClient
    {
        private Key()
        {
        }

        public static BlobAccess Open(BlobServiceClient client, RetryOptions retry)
        {
            // V2025_11_05 is 2025-11-05.
            var version = GetClientOptions(client).Version.ToString()[1..].Replace('_', '-');
            return new BlobAccess(client.Uri, GetHttpPipeline(client), GetAuthenticationPolicy(client), version, retry);
        }
    }
}
