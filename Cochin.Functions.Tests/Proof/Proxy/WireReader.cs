using System.Globalization;
using System.Text;

namespace Cochin.Functions.Tests.Proof.Proxy;

/// <summary>Takes HTTP/1.1 messages off a connection.</summary>
internal sealed class WireReader(Stream stream)
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    /// <summary>The next request; null where the client is done.</summary>
    /// <param name="expectsContinue">Called where the client waits to be told that it may send the body.</param>
    public async Task<WireMessage?> ReadRequestAsync(Func<Task> expectsContinue, CancellationToken cancellationToken)
    {
        if (await ReadHeadAsync(cancellationToken) is not { } message)
        {
            return null;
        }

        if (message.Header("Expect") is not null)
        {
            await expectsContinue();
            message = message.Without("Expect");
        }

        return message with { Body = await ReadBodyAsync(message, untilClosed: false, cancellationToken) };
    }

    /// <param name="method">Of the request: a HEAD is answered without a body.</param>
    public async Task<WireMessage> ReadAnswerAsync(string method, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await ReadHeadAsync(cancellationToken) ?? throw new IOException("The server closed the connection without an answer.");
            if (message.Status is >= 100 and < 200)
            {
                continue;
            }

            var hasBody = method != "HEAD" && message.Status is not (204 or 304);
            return hasBody ? message with { Body = await ReadBodyAsync(message, untilClosed: true, cancellationToken) } : message;
        }
    }

    private async Task<WireMessage?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            head.Append(WireMessage.Encoding.GetString(line));
            if (line.Length == 2 && head.Length > 2)
            {
                return new WireMessage(head.ToString(), []);
            }
        }

        return head.Length == 0 ? null : throw new IOException("The connection was closed in the middle of a head.");
    }

    private async Task<byte[]> ReadBodyAsync(WireMessage message, bool untilClosed, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        if (message.IsChunked)
        {
            await ReadChunksAsync(body, cancellationToken);
        }
        else if (message.Header("Content-Length") is { } length)
        {
            await CopyAsync(body, int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }
        else if (untilClosed)
        {
            while (start < end || await FillAsync(cancellationToken))
            {
                body.Write(buffer, start, end - start);
                start = end;
            }
        }

        return body.ToArray();
    }

    private async Task ReadChunksAsync(MemoryStream body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await ReadLineAsync(cancellationToken) ?? throw new IOException("The connection was closed between chunks.");
            body.Write(line);
            var size = int.Parse(Encoding.ASCII.GetString(line).Split(';')[0].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size > 0)
            {
                await CopyAsync(body, size + 2, cancellationToken);
                continue;
            }

            // Trailers, if any, and the blank line.
            do
            {
                line = await ReadLineAsync(cancellationToken) ?? throw new IOException("The connection was closed between chunks.");
                body.Write(line);
            }
            while (line.Length > 2);
            return;
        }
    }

    private async Task CopyAsync(MemoryStream to, int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (start == end && !await FillAsync(cancellationToken))
            {
                throw new IOException("The connection was closed in the middle of a body.");
            }

            var some = Math.Min(count, end - start);
            to.Write(buffer, start, some);
            start += some;
            count -= some;
        }
    }

    /// <returns>The line with its end; null where the connection was closed.</returns>
    private async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        while (true)
        {
            if (start == end && !await FillAsync(cancellationToken))
            {
                return null;
            }

            var newLine = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            var until = newLine < 0 ? end : newLine + 1;
            line.Write(buffer, start, until - start);
            start = until;
            if (newLine >= 0)
            {
                return line.ToArray();
            }
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        start = 0;
        end = await stream.ReadAsync(buffer, cancellationToken);
        return end > 0;
    }
}
