using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Sends the first batches with matching parts to the server and removes the responses to those parts.</summary>
internal sealed class LostPartResponsePolicy(Func<string, bool> which, int times = 1) : HttpPipelinePolicy
{
    /// <summary>Whether a response was removed. Tests assert it.</summary>
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
