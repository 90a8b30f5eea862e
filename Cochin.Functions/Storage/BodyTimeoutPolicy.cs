using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage;

/// <summary>
/// Gives a request with a large body more time. Otherwise, an upload on a slow line would be stopped and sent again each time, without end.
/// </summary>
/// <param name="timeout">The time for a request with a small body.</param>
internal sealed class BodyTimeoutPolicy(TimeSpan timeout) : HttpPipelineSynchronousPolicy
{
    // A line of 2 Mbit/s, shared by 16 requests.
    private const double MinBytesPerSecond = 16 * 1024;

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.Request.Content is { } body && body.TryComputeLength(out var length) && length > 0)
        {
            message.NetworkTimeout = timeout + TimeSpan.FromSeconds(length / MinBytesPerSecond);
        }
    }
}
