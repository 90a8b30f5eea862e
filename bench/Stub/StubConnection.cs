using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Cochin.Bench.Stub;

/// <summary>One connection: reads requests one after the other and sends what they are answered.</summary>
internal sealed class StubConnection(Socket socket, Func<StubRequest, ValueTask<StubAnswer>> answer) : IDisposable
{
    private const int FirstBuffer = 16_384;

    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private byte[] buffer = new byte[FirstBuffer];
    private int filled;

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await ReadAsync(cancellationToken) is { } request)
            {
                var bytes = (await answer(request)).ToBytes(TimeProvider.System.GetUtcNow().ToString("R", CultureInfo.InvariantCulture), request.Method != "HEAD");
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await socket.SendAsync(bytes.AsMemory(sent), cancellationToken);
                }
            }
        }
        catch (SocketException)
        {
            // The client has gone.
        }
    }

    public void Dispose() => socket.Dispose();

    private async ValueTask<StubRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        int head;
        while ((head = buffer.AsSpan(0, filled).IndexOf(EndOfHead)) < 0)
        {
            if (!await FillAsync(cancellationToken))
            {
                return null;
            }
        }

        var lines = Encoding.UTF8.GetString(buffer, 0, head).Split("\r\n");
        var headers = Headers(lines.AsSpan(1));
        Drop(head + EndOfHead.Length);
        var length = headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        var body = headers.ContainsKey("Transfer-Encoding") ? await ReadChunksAsync(cancellationToken) : await TakeAsync(length, cancellationToken);
        var first = lines[0].Split(' ');
        return StubRequest.Of(first[0], first[1], headers, body);
    }

    internal static Dictionary<string, string> Headers(ReadOnlySpan<string> lines)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        return headers;
    }

    private async Task<byte[]> ReadChunksAsync(CancellationToken cancellationToken)
    {
        var body = new List<byte>();
        while (true)
        {
            int end;
            while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n"u8)) < 0)
            {
                await FillAsync(cancellationToken);
            }

            var length = int.Parse(Encoding.ASCII.GetString(buffer, 0, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Drop(end + 2);
            body.AddRange(await TakeAsync(length, cancellationToken));
            await TakeAsync(2, cancellationToken);
            if (length == 0)
            {
                return [.. body];
            }
        }
    }

    private async Task<byte[]> TakeAsync(int length, CancellationToken cancellationToken)
    {
        while (filled < length)
        {
            if (!await FillAsync(cancellationToken))
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }
        }

        var taken = buffer[..length];
        Drop(length);
        return taken;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (filled == buffer.Length)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellationToken);
        filled += read;
        return read > 0;
    }

    private void Drop(int count)
    {
        buffer.AsSpan(count, filled - count).CopyTo(buffer);
        filled -= count;
    }
}
