using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage;

/// <summary>
/// Knows a success that is none of the storage's: the page of a proxy, or of a network that wants a sign-in first. Taken for an
/// answer, it may say that a blob is there, or that a write was done.
/// </summary>
internal sealed class ForeignAnswerPolicy : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        Check(message.Response);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        Check(message.Response);
    }

    // A blob may be a page itself; what the service sends has its version.
    private static void Check(Response answer)
    {
        if (answer is { IsError: false, Headers.ContentType: { } type }
            && type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
            && !answer.Headers.Contains("x-ms-version"))
        {
            throw new ForeignAnswerException();
        }
    }
}
