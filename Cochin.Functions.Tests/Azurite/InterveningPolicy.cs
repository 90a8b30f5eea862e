using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Runs an action right before the first matching requests, to provoke a race.</summary>
internal sealed class InterveningPolicy(Func<Request, bool> at, Func<Task> what, int times = 1) : HttpPipelinePolicy
{
    private int met;

    /// <summary>Whether the action ran. Tests assert it.</summary>
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
