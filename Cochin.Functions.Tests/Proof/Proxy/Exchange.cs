using System.Net;
using System.Net.Sockets;

namespace Cochin.Functions.Tests.Proof.Proxy;

/// <summary>One request on its way, and what may be done to it.</summary>
internal sealed class Exchange(Call call, Socket client, EndPoint server, SmallPages? pages, CancellationToken closing)
{
    public Call Call { get; } = call;

    /// <summary>Whether the connection can take no more requests.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Lets the server have the request, and waits for its answer.</summary>
    public Task<WireMessage> ForwardAsync() => pages is null ? SendAsync() : pages.AnswerAsync(Call, SendAsync);

    /// <summary>What happens to a request that nobody tampers with.</summary>
    public async Task PassOnAsync() => await ReplyAsync(await ForwardAsync());

    public async Task ReplyAsync(WireMessage answer)
    {
        // An answer to HEAD brings no content; a refusal of the service does not speak of any either.
        await SendAsync(
            client,
            Call.Method != "HEAD" ? answer : answer.Status < 400 ? answer with { Body = [] } : answer.Without("Content-Type").WithContent([]));
        IsBroken |= string.Equals(answer.Header("Connection"), "close", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Sends the head, half of what it promises, and closes; of an answer without content, half of the head.</summary>
    public async Task ReplyHalfAsync(WireMessage answer)
    {
        var content = answer.Content();
        await SendAsync(
            client,
            content.Length == 0
                ? new WireMessage(answer.Head[..(answer.Head.Length / 2)], [])
                : answer.WithContent(content) with { Body = content[..(content.Length / 2)] });
        IsBroken = true;
    }

    /// <summary>Breaks the connection so that the client's socket fails.</summary>
    public void Reset()
    {
        IsBroken = true;
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
    }

    /// <summary>Never answers; returns when the client gives up.</summary>
    public async Task HangAsync()
    {
        IsBroken = true;
        await client.ReceiveAsync(new byte[1], SocketFlags.Peek, closing);
    }

    private static async Task SendAsync(Socket socket, WireMessage message)
    {
        ReadOnlyMemory<byte> bytes = message.ToBytes();
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
        }
    }

    // A connection of its own for each request: one that the server closes after a while must not look like a fault. What
    // was sent is waited for, whoever is dead meanwhile: when the proxy is closed, nothing is under way any more.
    private async Task<WireMessage> SendAsync()
    {
        using var upstream = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await upstream.ConnectAsync(server);
        await SendAsync(upstream, Call.Request);
        await using var stream = new NetworkStream(upstream);
        return await new WireReader(stream).ReadAnswerAsync(Call.Method, CancellationToken.None);
    }
}
