using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Simulates a temporary outage of the storage.</summary>
internal sealed class OutagePolicy : HttpPipelinePolicy
{
    private volatile bool isOut;

    public bool IsOut
    {
        get => isOut;
        set => isOut = value;
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        IsOut ? throw new RequestFailedException("Connection refused (127.0.0.1:1)") : ProcessNextAsync(message, pipeline);
}
