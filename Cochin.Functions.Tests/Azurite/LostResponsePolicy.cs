using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Sends the first matching request to the server and drops its response, so that the client retries.</summary>
internal sealed class LostResponsePolicy(Func<Request, bool> at) : HttpPipelinePolicy
{
    private int met;

    /// <summary>Whether a response was dropped. Tests assert it.</summary>
    public bool Met => met != 0;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (at(message.Request) && Interlocked.Exchange(ref met, 1) == 0)
        {
            throw new IOException("The connection was closed by the test.");
        }
    }
}
