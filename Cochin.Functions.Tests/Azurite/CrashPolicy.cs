using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Simulates a process that crashes right before a request: neither that request nor any later one reaches the server.</summary>
internal sealed class CrashPolicy(Func<Request, bool> at) : HttpPipelinePolicy
{
    public bool Died { get; private set; }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Died |= at(message.Request);
        return Died
            ? throw new InvalidOperationException("This process is dead.")
            : ProcessNextAsync(message, pipeline);
    }
}
