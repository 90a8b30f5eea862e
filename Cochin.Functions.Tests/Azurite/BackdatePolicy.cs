using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Sets Azurite's clock back by <paramref name="age"/> for its requests (preload.cjs).</summary>
internal sealed class BackdatePolicy(TimeSpan age) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message) =>
        message.Request.Headers.SetValue("x-cochin-backdate-seconds", age.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
