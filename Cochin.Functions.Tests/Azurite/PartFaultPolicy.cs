using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>
/// Lets the service refuse some parts of its batches: their blobs stay as they are, for the parts arrive with a broken signature, and
/// they are answered as the test wants.
/// </summary>
/// <param name="which">Judges the text of a part, in which the name of the blob stands.</param>
/// <param name="times">How many parts are refused in all.</param>
internal sealed class PartFaultPolicy(Func<string, bool> which, int status, string errorCode, int times = int.MaxValue) : HttpPipelinePolicy
{
    private int met;

    /// <summary>A fault that no part met proves nothing.</summary>
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
        message.Response.ContentStream = new MemoryStream(BatchText.Of(message.Response).With(part => refused.Contains(BatchText.IdOf(part)) ? Refusal(BatchText.IdOf(part)) : part));
    }

    // Of the same length, as the length of the batch is signed.
    private static string WithBrokenSignature(string part)
    {
        var at = part.IndexOf(':', part.IndexOf("SharedKey", StringComparison.Ordinal)) + 1;
        return part[..at] + (part[at] == 'A' ? 'B' : 'A') + part[(at + 1)..];
    }

    private string Refusal(string id) =>
        $"\r\nContent-Type: application/http\r\nContent-ID: {id}\r\n\r\nHTTP/1.1 {status} Refused by the test\r\nx-ms-error-code: {errorCode}\r\nRetry-After: 0\r\n\r\n<Error/>\r\n";
}
