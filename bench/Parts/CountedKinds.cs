using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Bench.Parts;

/// <summary>Counts requests by what they are for.</summary>
internal sealed class CountedKinds : HttpPipelinePolicy
{
    private int pages;
    private int changes;
    private int others;

    public (int Pages, int Changes, int Others) Counts => (pages, changes, others);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var address = message.Request.Uri.ToUri();
        var isOfWork = address.AbsolutePath.Contains("/backups", StringComparison.Ordinal) || address.AbsolutePath.Contains("/CochinOperations", StringComparison.Ordinal) || address.Query.Contains("comp=batch", StringComparison.Ordinal);
        Interlocked.Increment(ref !isOfWork ? ref others : ref message.Request.Method == RequestMethod.Get || message.Request.Method == RequestMethod.Head ? ref pages : ref changes);
        return ProcessNextAsync(message, pipeline);
    }
}
