using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>The storage service's clock: Azurite takes the time of the model for true, for every request (preload.cjs).</summary>
internal sealed class ServiceClock(DateTimeOffset start) : HttpPipelineSynchronousPolicy
{
    public DateTimeOffset Now { get; set; } = start;

    public override void OnSendingRequest(HttpMessage message) => message.Request.Headers.SetValue(
        "x-cochin-backdate-seconds", (TimeProvider.System.GetUtcNow() - Now).TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
