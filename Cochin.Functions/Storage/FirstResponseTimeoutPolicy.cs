using Azure.Core;
using Azure.Core.Pipeline;
using Cochin.Functions.Network;

namespace Cochin.Functions.Storage;

/// <summary>
/// Until the storage has answered once, a request may take a limited time in all, retries included: an address that
/// swallows packets is reported while somebody still looks at the screen, for all five jobs within a minute. Later trouble gets
/// the full patience of the retries.
/// </summary>
internal sealed class FirstResponseTimeoutPolicy(TimeProvider time) : HttpPipelinePolicy
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private volatile bool contacted;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessNext(message, pipeline);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (contacted)
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            return;
        }

        try
        {
            await ProcessNextAsync(message, pipeline).AsTask().WaitAsync(Limit, time, message.CancellationToken).ConfigureAwait(false);
            contacted = true;
        }
        catch (TimeoutException)
        {
            // Not the client's own word for the host, which has a user and password before it where the address does.
            var address = message.Request.Uri.ToUri();
            throw new TimeoutException($"no answer from {address.Host}:{address.Port}{LoopbackBypass.DescribeProxy(address)} within {Limit.TotalSeconds:0} s");
        }
    }
}
