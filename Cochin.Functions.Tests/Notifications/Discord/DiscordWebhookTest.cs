using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Notifications.Discord;

/// <summary>The base of tests that send a message to a fake webhook.</summary>
public abstract class DiscordWebhookTest : IAsyncLifetime
{
    internal FakeDiscord Discord { get; } = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => Discord.DisposeAsync();

    internal async Task<Delivery> SendAsync(int attempts = 4, CancellationTokenSource? stop = null, string? query = null)
    {
        var address = query is null ? Discord.Url : new UriBuilder(Discord.Url) { Query = query }.Uri;
        using var webhook = new DiscordWebhook(
            new DiscordSettings { WebhookUrl = address, TimeoutSeconds = 1, MaxAttempts = attempts }, TimeProvider.System);
        var card = new Card { Title = "Title", Text = "Text", Color = CardColor.Good, Reference = "" };
        return await webhook.SendAsync([card], stop?.Token ?? TestContext.Current.CancellationToken);
    }
}
