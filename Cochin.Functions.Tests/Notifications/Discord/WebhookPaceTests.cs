using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Notifications.Discord;

public sealed class WebhookPaceTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Send_NoneLeftOfTheLimit_WaitsUntilItIsCountedAnew()
    {
        var requests = 0;
        await using var discord = Discord("0", "1.5", () => requests++);
        using var webhook = Webhook(discord);
        (await SendAsync(webhook)).IsDelivered.ShouldBeTrue();

        var second = SendAsync(webhook);
        time.Advance(TimeSpan.FromSeconds(1.4));
        var early = (second.IsCompleted, requests);
        time.Advance(TimeSpan.FromSeconds(0.1));

        (await second).IsDelivered.ShouldBeTrue();
        early.ShouldBe((false, 1));
        requests.ShouldBe(2);
    }

    [Theory]
    [InlineData("1", "1.5")]
    [InlineData("0", "0")]
    [InlineData("0", "-1")]
    [InlineData("0", "NaN")]
    [InlineData("0", "soon")]
    [InlineData("none", "1.5")]
    [InlineData(null, "1.5")]
    [InlineData("0", null)]
    [InlineData("0", "3600")]
    public async Task Send_NothingToWaitFor_GoesAtOnce(string? remaining, string? resetAfter)
    {
        var requests = 0;
        await using var discord = Discord(remaining, resetAfter, () => requests++);
        using var webhook = Webhook(discord);
        (await SendAsync(webhook)).IsDelivered.ShouldBeTrue();

        (await SendAsync(webhook)).IsDelivered.ShouldBeTrue(); // The clock stands still: a wait would never end.

        requests.ShouldBe(2);
    }

    [Fact]
    public async Task Send_StoppedWhileItWaits_SendsNothing()
    {
        var requests = 0;
        await using var discord = Discord("0", "1.5", () => requests++);
        using var webhook = Webhook(discord);
        await SendAsync(webhook);
        using var stop = new CancellationTokenSource();

        var second = SendAsync(webhook, stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => second);
        requests.ShouldBe(1);
    }

    private static HttpStub Discord(string? remaining, string? resetAfter, Action onRequest) => new((_, answer) =>
    {
        onRequest();
        foreach (var (header, value) in new[] { ("X-RateLimit-Remaining", remaining), ("X-RateLimit-Reset-After", resetAfter) })
        {
            if (value is not null)
            {
                answer.Headers[header] = value;
            }
        }

        return "{}";
    });

    private DiscordWebhook Webhook(HttpStub discord) => new(new DiscordSettings { WebhookUrl = new Uri(discord.Url), TimeoutSeconds = 10 }, time);

    private static Task<Delivery> SendAsync(DiscordWebhook webhook, CancellationToken? stop = null) =>
        webhook.SendAsync([new Card { Title = "Title", Text = "Text", Color = CardColor.Good, Reference = "" }], stop ?? TestContext.Current.CancellationToken);
}
