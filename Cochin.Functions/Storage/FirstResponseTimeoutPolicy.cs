using Azure.Core;
using Azure.Core.Pipeline;
using Cochin.Functions.Network;

namespace Cochin.Functions.Storage;

/// <summary>
/// Limits the total time of a request, including retries, until the storage has responded once. An address that drops packets is thus
/// reported quickly: within a minute for all five jobs. Later requests get the full retries.
/// </summary>
internal sealed class FirstResponseTimeoutPolicy(TimeProvider time) : HttpPipelinePolicy
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private volatile bool hasResponded;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        ProcessNext(message, pipeline);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (hasResponded)
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
            return;
        }

        try
        {
            await ProcessNextAsync(message, pipeline).AsTask().WaitAsync(Timeout, time, message.CancellationToken).ConfigureAwait(false);
            hasResponded = true;
        }
        catch (TimeoutException)
        {
            // Built from host and port only, as the address may contain a user and password.
            var address = message.Request.Uri.ToUri();
            throw new TimeoutException(
                $"no response from {address.Host}:{address.Port}{LoopbackBypass.DescribeProxy(address)} within {Timeout.TotalSeconds:0} s");
        }
    }
}
