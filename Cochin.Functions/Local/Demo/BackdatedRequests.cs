using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Local.Demo;

/// <summary>Asks the embedded Azurite to take requests as if they had come earlier, so that it holds old blobs (backdate.cjs).</summary>
internal sealed class BackdatedRequests(TimeSpan age) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message) =>
        message.Request.Headers.SetValue("x-cochin-backdate-seconds", age.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
