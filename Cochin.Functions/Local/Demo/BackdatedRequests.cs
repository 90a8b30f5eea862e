using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Local.Demo;

/// <summary>Makes the embedded Azurite process requests as if they were sent earlier, to create old blobs (preload.cjs).</summary>
internal sealed class BackdatedRequests(TimeSpan age) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message) =>
        message.Request.Headers.SetValue("x-cochin-backdate-seconds", age.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
