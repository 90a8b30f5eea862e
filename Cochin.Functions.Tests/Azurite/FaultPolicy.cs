using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Returns a service error for each matching request.</summary>
internal sealed class FaultPolicy(Func<Request, bool> at, int status, string errorCode) : HttpPipelinePolicy
{
    /// <summary>The number of faults injected. Tests assert that it is not 0.</summary>
    public bool Met { get; private set; }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!at(message.Request))
        {
            return ProcessNextAsync(message, pipeline);
        }

        Met = true;
        throw new RequestFailedException(status, "Refused by the test.", errorCode, null);
    }
}
