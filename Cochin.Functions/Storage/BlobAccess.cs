using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace Cochin.Functions.Storage;

/// <summary>
/// Sends requests through the pipeline of a blob client, with its retries, policies and credential. For requests that the client does not
/// support, or supports only with poor performance.
/// </summary>
/// <param name="Address">The address of the service. Its query contains the SAS if that is the credential.</param>
/// <param name="Authentication">Signs a request; null if a SAS is used.</param>
/// <param name="Version">The service version for <c>x-ms-version</c>.</param>
internal sealed record BlobAccess(Uri Address, HttpPipeline Pipeline, HttpPipelinePolicy? Authentication, string Version, RetryOptions Retry)
{
    /// <param name="retry">The retry options of the client, which it does not expose.</param>
    public static BlobAccess Of(BlobServiceClient client, RetryOptions retry) => PipelineAccessor.Open(client, retry);

    /// <param name="finalPolicy">A policy for this request only, which runs after those of the client.</param>
    public HttpMessage CreateMessage(RequestMethod method, Uri address, HttpPipelinePolicy? finalPolicy = null)
    {
        var context = new RequestContext();
        if (finalPolicy is not null)
        {
            context.AddPolicy(finalPolicy, HttpPipelinePosition.PerCall);
        }

        var message = Pipeline.CreateMessage(context);
        message.Request.Method = method;
        message.Request.Uri.Reset(address);
        message.Request.Headers.Add("x-ms-version", Version);
        return message;
    }

    /// <summary>The client exposes its pipeline to derived classes only.</summary>
    private sealed class PipelineAccessor : BlobServiceClient
    {
        private PipelineAccessor()
        {
        }

        public static BlobAccess Open(BlobServiceClient client, RetryOptions retry)
        {
            // Converts V2025_11_05 to 2025-11-05.
            var version = GetClientOptions(client).Version.ToString()[1..].Replace('_', '-');
            return new BlobAccess(client.Uri, GetHttpPipeline(client), GetAuthenticationPolicy(client), version, retry);
        }
    }
}
