using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Lets something happen right before the first requests that match: the other side of a race.</summary>
internal sealed class InterveningPolicy(Func<Request, bool> at, Func<Task> what, int times = 1) : HttpPipelinePolicy
{
    private int met;

    /// <summary>A race that was never run proves nothing.</summary>
    public bool Met => met != 0;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (at(message.Request) && Interlocked.Increment(ref met) <= times)
        {
            await what();
        }

        await ProcessNextAsync(message, pipeline);
    }
}
