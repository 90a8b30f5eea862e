using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Functions.Tests.Proof.Proxy;

/// <summary>
/// Stands between the program and what it talks to, on real sockets: numbers each request and lets a test decide what happens
/// to it. What is passed on is passed on byte for byte.
/// </summary>
internal sealed class TamperingProxy : IAsyncDisposable
{
    private readonly Func<Exchange, Task> tamper;
    private readonly SmallPages? pages;
    private readonly bool keepsCalls;
    private readonly CancellationTokenSource closing = new();
    private readonly ConcurrentQueue<Call> calls = new();
    private readonly ConcurrentQueue<Exception> accidents = new();
    private readonly List<Task> serving = [];
    private readonly List<TcpListener> listeners = [];
    private int count;

    /// <param name="tamper">What to do with a request; <see cref="Exchange.PassOnAsync"/> is nothing out of the way.</param>
    /// <param name="pages">Where given, listings come in pages of a few.</param>
    /// <param name="keepsCalls">Not where there are so many that nobody looks at them.</param>
    public TamperingProxy(AzuriteEndpoint azurite, Uri discord, Func<Exchange, Task> tamper, SmallPages? pages = null, bool keepsCalls = true)
    {
        this.tamper = tamper;
        this.pages = pages;
        this.keepsCalls = keepsCalls;
        Storage = azurite with { BlobPort = Listen("blob", azurite.BlobPort), TablePort = Listen("table", azurite.TablePort) };
        Webhook = new UriBuilder(discord) { Port = Listen("discord", discord.Port) }.Uri;
    }

    /// <summary>The storage, through the proxy.</summary>
    public AzuriteEndpoint Storage { get; }

    /// <summary>The webhook, through the proxy.</summary>
    public Uri Webhook { get; }

    /// <summary>All requests so far.</summary>
    public IReadOnlyList<Call> Calls => [.. calls];

    /// <summary>Closes all connections once the requests that are under way have been answered or given up.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var listener in listeners)
        {
            listener.Stop();
        }

        await closing.CancelAsync();
        Task[] all;
        lock (serving)
        {
            all = [.. serving];
        }

        await Task.WhenAll(all);
        closing.Dispose();
        accidents.ShouldBeEmpty();
    }

    private int Listen(string service, int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        listeners.Add(listener);
        Track(AcceptAsync(listener, service, new IPEndPoint(IPAddress.Loopback, port)));
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Track(Task task)
    {
        lock (serving)
        {
            serving.RemoveAll(done => done.IsCompletedSuccessfully);
            serving.Add(task);
        }
    }

    private async Task AcceptAsync(TcpListener listener, string service, EndPoint server)
    {
        try
        {
            while (true)
            {
                Track(ServeAsync(await listener.AcceptSocketAsync(closing.Token), service, server));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // It was stopped, perhaps before it was asked for a connection.
        }
    }

    private async Task ServeAsync(Socket client, string service, EndPoint server)
    {
        using var _ = client;
        client.NoDelay = true;
        try
        {
            await using var stream = new NetworkStream(client);
            var reader = new WireReader(stream);
            while (await reader.ReadRequestAsync(() => client.SendAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray()), closing.Token) is { } request)
            {
                var call = new Call(Interlocked.Increment(ref count), service, request);
                if (keepsCalls)
                {
                    calls.Enqueue(call);
                }

                var exchange = new Exchange(call, client, server, pages, closing.Token);
                await tamper(exchange);
                if (exchange.IsBroken)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, or was killed; that is what this is for.
        }
        catch (Exception e)
        {
            accidents.Enqueue(e);
        }
    }
}
