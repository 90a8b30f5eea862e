using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Counts the requests that received a response.</summary>
internal sealed class CountingPolicy(Func<Request, bool>? which = null) : HttpPipelinePolicy
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (which?.Invoke(message.Request) ?? true)
        {
            Interlocked.Increment(ref count);
        }
    }

    public Task WaitForAsync(int atLeast, CancellationToken cancellationToken) =>
        Wait.UntilAsync(() => Count >= atLeast, cancellationToken);
}
