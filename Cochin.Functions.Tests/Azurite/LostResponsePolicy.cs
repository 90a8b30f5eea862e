using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Lets the first request that matches reach the server, and loses the answer: the client sends it again.</summary>
internal sealed class LostResponsePolicy(Func<Request, bool> at) : HttpPipelinePolicy
{
    private int met;

    /// <summary>An answer that was never lost proves nothing.</summary>
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
