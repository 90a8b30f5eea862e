using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Makes Azurite see a clock that lies <paramref name="age"/> back for the requests it passes (backdate.cjs).</summary>
internal sealed class BackdatePolicy(TimeSpan age) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message) =>
        message.Request.Headers.SetValue("x-cochin-backdate-seconds", age.TotalSeconds.ToString(CultureInfo.InvariantCulture));
}
