using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>
/// Makes some parts of batches fail: their signature is changed, so that the service rejects them and their blobs stay unchanged, and their
/// responses are replaced with the given error.
/// </summary>
/// <param name="which">Selects parts by their text, which contains the name of the blob.</param>
/// <param name="times">The total number of parts that fail.</param>
internal sealed class PartFaultPolicy(Func<string, bool> which, int status, string errorCode, int times = int.MaxValue) : HttpPipelinePolicy
{
    private int met;

    /// <summary>The number of parts that failed. Tests assert that it is not 0.</summary>
    public int Met => Math.Min(met, times);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!BatchText.IsBatch(message.Request))
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        var batch = await BatchText.OfAsync(message.Request, message.CancellationToken);
        var refused = batch.Parts.Where(part => which(part) && Interlocked.Increment(ref met) <= times).Select(BatchText.IdOf).ToHashSet();
        message.Request.Content = RequestContent.Create(batch.With(part => refused.Contains(BatchText.IdOf(part)) ? WithBrokenSignature(part) : part));
        await ProcessNextAsync(message, pipeline);
        var answer = BatchText.Of(message.Response).With(part => refused.Contains(BatchText.IdOf(part)) ? Refusal(BatchText.IdOf(part)) : part);
        message.Response.ContentStream = new MemoryStream(answer);
    }

    // The length must not change, as the length of the batch is signed.
    private static string WithBrokenSignature(string part)
    {
        var at = part.IndexOf(':', part.IndexOf("SharedKey", StringComparison.Ordinal)) + 1;
        return part[..at] + (part[at] == 'A' ? 'B' : 'A') + part[(at + 1)..];
    }

    private string Refusal(string id) =>
        $"\r\nContent-Type: application/http\r\nContent-ID: {id}\r\n\r\n"
        + $"HTTP/1.1 {status} Refused by the test\r\nx-ms-error-code: {errorCode}\r\nRetry-After: 0\r\n\r\n<Error/>\r\n";
}
