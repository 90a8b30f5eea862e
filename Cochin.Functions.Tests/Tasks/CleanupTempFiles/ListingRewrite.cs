using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

/// <summary>Rewrites the listings of the service.</summary>
internal sealed class ListingRewrite(Func<string, string> rewrite) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (message.Request.Uri.ToString().Contains("comp=list", StringComparison.Ordinal))
        {
            message.Response.ContentStream = new MemoryStream(Encoding.UTF8.GetBytes(rewrite(message.Response.Content.ToString())));
        }
    }
}
