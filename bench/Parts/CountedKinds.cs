using Azure.Core;
using Azure.Core.Pipeline;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Bench.Parts;

/// <summary>Counts requests by what they are for.</summary>
internal sealed class CountedKinds : HttpPipelinePolicy
{
    private int pages;
    private int looks;
    private int changes;
    private int others;

    public PartRequests Counts => new(pages, looks, changes, others);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var address = message.Request.Uri.ToUri();
        // Only the status page asks when operations were completed.
        var isOfPage = address.Query.Contains(nameof(Operation.CompletedAt), StringComparison.Ordinal);
        var isOfWork = address.AbsolutePath.Contains("/backups", StringComparison.Ordinal)
            || address.AbsolutePath.Contains("/CochinOperations", StringComparison.Ordinal)
            || address.Query.Contains("comp=batch", StringComparison.Ordinal);
        var isPage = address.Query.Contains("comp=list", StringComparison.Ordinal) || address.AbsolutePath.EndsWith("()", StringComparison.Ordinal);
        var isRead = message.Request.Method == RequestMethod.Get || message.Request.Method == RequestMethod.Head;
        Interlocked.Increment(ref isOfPage || !isOfWork ? ref others : ref !isRead ? ref changes : ref isPage ? ref pages : ref looks);
        return ProcessNextAsync(message, pipeline);
    }
}
