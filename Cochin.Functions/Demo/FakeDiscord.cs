using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Cochin.Functions.Demo;

/// <summary>A webhook on this machine that keeps the cards posted to it, so that the demo's alerts are really sent.</summary>
internal sealed class FakeDiscord : IAsyncDisposable
{
    private readonly HttpListener listener;
    private readonly Task answering;
    private readonly ConcurrentQueue<DiscordCard> cards = new();

    private FakeDiscord(HttpListener listener, Uri address)
    {
        this.listener = listener;
        Address = address;
        answering = AnswerAsync();
    }

    public Uri Address { get; }

    /// <summary>The settings that make the program post here.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings =>
    [
        new("Cochin__Discord__WebhookUrl", Address.ToString()),
        new("Cochin__Discord__AllowAnyHost", "true"),
    ];

    public static FakeDiscord Start()
    {
        while (true)
        {
            var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/webhook/"));
            var listener = new HttpListener();
            listener.Prefixes.Add(address.ToString());
            try
            {
                listener.Start();
                return new FakeDiscord(listener, address);
            }
            catch (HttpListenerException)
            {
                // Another program took the port in this very moment.
                listener.Close();
            }
        }
    }

    /// <summary>The cards that came since this was asked last.</summary>
    public IReadOnlyList<DiscordCard> Take()
    {
        var taken = new List<DiscordCard>();
        while (cards.TryDequeue(out var card))
        {
            taken.Add(card);
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await answering.ConfigureAwait(false);
    }

    private async Task AnswerAsync()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await listener.GetContextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // Closed.
            }

            using var message = await JsonDocument.ParseAsync(call.Request.InputStream).ConfigureAwait(false);
            foreach (var embed in message.RootElement.GetProperty("embeds").EnumerateArray())
            {
                cards.Enqueue(DiscordCard.Read(embed));
            }

            call.Response.StatusCode = (int)HttpStatusCode.OK;
            call.Response.ContentType = "application/json";
            await call.Response.OutputStream.WriteAsync("{}"u8.ToArray()).ConfigureAwait(false);
            call.Response.Close();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
