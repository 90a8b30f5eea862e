using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Cochin.Functions.Local;

namespace Cochin.Bench.Quotes;

/// <summary>A webhook on this machine with Discord's limit: five messages in two seconds, then 429 until the next two begin.</summary>
internal sealed class LimitedDiscord : IAsyncDisposable
{
    public const int MessagesInWindow = 5;

    public static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> cards = [];
    private readonly LoopbackServer server;
    private long windowBegan;
    private int inWindow;

    public LimitedDiscord() => server = new LoopbackServer(AnswerAsync);

    public string Address => $"{server.Address}api/webhooks/1/token/";

    public int Delivered { get; private set; }

    /// <summary>Cards of delivered messages, each counted once: their footer names the quote.</summary>
    public int Cards => cards.Count;

    /// <summary>How many messages were answered with 429.</summary>
    public int Refused { get; private set; }

    /// <summary>The least time between the first and the last of so many messages.</summary>
    public static TimeSpan Least(int messages) => Window * ((messages - 1) / MessagesInWindow);

    public void Reset()
    {
        (Delivered, Refused, inWindow, windowBegan) = (0, 0, 0, 0);
        cards.Clear();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext call)
    {
        using var message = await JsonDocument.ParseAsync(call.Request.InputStream);
        if (windowBegan == 0 || TimeProvider.System.GetElapsedTime(windowBegan) >= Window)
        {
            (windowBegan, inWindow) = (TimeProvider.System.GetTimestamp(), 0);
        }

        var isRefused = inWindow == MessagesInWindow;
        inWindow += isRefused ? 0 : 1;
        var left = Window - TimeProvider.System.GetElapsedTime(windowBegan);
        var headers = call.Response.Headers;
        headers["X-RateLimit-Limit"] = MessagesInWindow.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = (MessagesInWindow - inWindow).ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset-After"] = left.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
        headers["X-RateLimit-Bucket"] = "webhook";
        call.Response.ContentType = "application/json";
        if (isRefused)
        {
            Refused++;
            call.Response.StatusCode = (int)HttpStatusCode.TooManyRequests;
            headers["Retry-After"] = Math.Ceiling(left.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
        else
        {
            Delivered++;
            cards.UnionWith(message.RootElement.GetProperty("embeds").EnumerateArray()
                .Select(embed => embed.GetProperty("footer").GetProperty("text").GetString()!));
        }

        var answer = string.Create(CultureInfo.InvariantCulture, $"{{\"retry_after\":{left.TotalSeconds:0.000}}}");
        await call.Response.OutputStream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        call.Response.Close();
    }
}
