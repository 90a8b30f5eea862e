using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;

namespace Cochin.Functions.Local.Demo;

/// <summary>A local webhook that stores the cards posted to it, so that the demo can show the alerts.</summary>
internal sealed class FakeDiscord : IAsyncDisposable
{
    private readonly ConcurrentQueue<DiscordCard> cards = new();
    private readonly LoopbackServer server;

    public FakeDiscord() => server = new LoopbackServer(AnswerAsync);

    /// <summary>The settings that make the program post here.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings =>
    [
        new("Cochin__Discord__WebhookUrl", $"{server.Address}webhook/"),
        new("Cochin__Discord__AllowAnyHost", "true"),
    ];

    /// <summary>The cards that arrived since the last call.</summary>
    public IReadOnlyList<DiscordCard> Take()
    {
        var taken = new List<DiscordCard>();
        while (cards.TryDequeue(out var card))
        {
            taken.Add(card);
        }

        return taken;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext call)
    {
        using var message = await JsonDocument.ParseAsync(call.Request.InputStream).ConfigureAwait(false);
        foreach (var embed in message.RootElement.GetProperty("embeds").EnumerateArray())
        {
            cards.Enqueue(DiscordCard.Read(embed));
        }

        call.Response.ContentType = "application/json";
        await call.Response.OutputStream.WriteAsync("{}"u8.ToArray()).ConfigureAwait(false);
        call.Response.Close();
    }
}
