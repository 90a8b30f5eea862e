using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cochin.Functions.Local;

/// <summary>An HTTP server on a free port of 127.0.0.1 that replaces another service. It handles one request at a time.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly HttpListener listener;
    private readonly Task serving;
    private volatile bool isClosing;

    /// <param name="handle">Handles a request and closes the response.</param>
    public LoopbackServer(Func<HttpListenerContext, Task> handle)
    {
        (listener, Address) = Listen();
        serving = ServeAsync(handle);
    }

    /// <summary>Ends with a slash.</summary>
    public Uri Address { get; }

    public async ValueTask DisposeAsync()
    {
        isClosing = true;
        listener.Close();
        await serving.ConfigureAwait(false);
    }

    private async Task ServeAsync(Func<HttpListenerContext, Task> handle)
    {
        while (!isClosing)
        {
            try
            {
                await handle(await listener.GetContextAsync().ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
            {
                // The client or this server closed the connection; the next client is served all the same.
            }
        }
    }

    private static (HttpListener Listener, Uri Address) Listen()
    {
        while (true)
        {
            var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}/"));
            var listener = new HttpListener();
            listener.Prefixes.Add(address.ToString());
            try
            {
                listener.Start();
                return (listener, address);
            }
            catch (HttpListenerException)
            {
                // Another program took the port in the meantime.
                listener.Close();
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
