using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Bench.Locks;

/// <summary>Counts requests to the storage, those for blobs and those for tables.</summary>
internal sealed class CountedRequests : HttpPipelinePolicy
{
    private int blobs;
    private int tables;

    /// <param name="tablePort">Where an emulator has its tables.</param>
    public required int TablePort { get; init; }

    public (int Blobs, int Tables) Take() => (Interlocked.Exchange(ref blobs, 0), Interlocked.Exchange(ref tables, 0));

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Interlocked.Increment(ref message.Request.Uri.Port == TablePort ? ref tables : ref blobs);
        return ProcessNextAsync(message, pipeline);
    }
}
