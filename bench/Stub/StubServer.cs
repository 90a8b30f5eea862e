using System.Net;
using System.Net.Sockets;

namespace Cochin.Bench.Stub;

/// <summary>Listens on a free port of 127.0.0.1.</summary>
internal sealed class StubServer(Func<StubRequest, ValueTask<StubAnswer>> answer) : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public int Start(CancellationToken cancellationToken)
    {
        listener.Start(backlog: 512);
        _ = AcceptAsync(cancellationToken);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var socket = await listener.AcceptSocketAsync(cancellationToken);
            socket.NoDelay = true;
            _ = ServeAsync(socket, cancellationToken);
        }
    }

    private async Task ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        using var connection = new StubConnection(socket, answer);
        try
        {
            await connection.ServeAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What the stub can't do must be seen: its client gets no answer.
            await Console.Error.WriteLineAsync($"stub: {e}");
        }
    }
}
