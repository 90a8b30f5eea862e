using Azure.Core;
using Azure.Core.Pipeline;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tests.Storage.Batch;

public sealed class BatchWriterTests
{
    private const int MostBytes = 4 * 1024 * 1024;

    [Fact]
    public void Add_LargeParts_IsFullBeforeTheServiceLimit()
    {
        var writer = new BatchWriter("batch_1");
        using var part = HttpClientTransport.Shared.CreateRequest();
        part.Method = RequestMethod.Delete;
        part.Uri.Reset(new Uri($"https://acme.blob.core.windows.net/backups/temp/x?sig={new string('x', 30_000)}"));

        while (!writer.IsFull && writer.Count < BlobBatchClient.MaxParts)
        {
            writer.Add(part);
        }

        writer.Count.ShouldBeInRange(100, 140);
        writer.Finish().Length.ShouldBeLessThanOrEqualTo(MostBytes);
    }
}
