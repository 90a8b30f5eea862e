using Azure.Core;
using Azure.Core.Pipeline;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class BodyTimeoutPolicyTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(16 * 1024, 31)]
    [InlineData(4 * 1024 * 1024, 286)]
    public void Request_WithABody_GetsMoreTime(int? length, int? seconds)
    {
        var pipeline = new HttpPipeline(new HttpClientTransport());
        using var message = pipeline.CreateMessage();
        message.Request.Content = length is { } count ? RequestContent.Create(new byte[count]) : null;

        new BodyTimeoutPolicy(TimeSpan.FromSeconds(30)).OnSendingRequest(message);

        message.NetworkTimeout.ShouldBe(seconds is { } time ? TimeSpan.FromSeconds(time) : null);
    }
}
