using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Lets the first batches that have matching parts reach the server, and takes the answers to those parts out.</summary>
internal sealed class LostPartResponsePolicy(Func<string, bool> which, int times = 1) : HttpPipelinePolicy
{
    /// <summary>An answer that was never lost proves nothing.</summary>
    public int Met { get; private set; }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var lost = BatchText.IsBatch(message.Request)
            ? (await BatchText.OfAsync(message.Request, message.CancellationToken)).Parts.Where(which).Select(BatchText.IdOf).ToHashSet()
            : [];
        await ProcessNextAsync(message, pipeline);
        if (lost.Count > 0 && Met < times)
        {
            Met++;
            message.Response.ContentStream = new MemoryStream(BatchText.Of(message.Response).With(part => lost.Contains(BatchText.IdOf(part)) ? null : part));
        }
    }
}
