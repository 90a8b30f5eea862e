using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>Holds up some requests for some milliseconds, so that what usually follows at once may come after what others do.</summary>
internal sealed class Jitter(Random chance) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await Task.Delay(Draw(), message.CancellationToken);
        await ProcessNextAsync(message, pipeline);
    }

    private int Draw()
    {
        lock (chance)
        {
            return chance.Next(8) == 0 ? chance.Next(80) : 0;
        }
    }
}
