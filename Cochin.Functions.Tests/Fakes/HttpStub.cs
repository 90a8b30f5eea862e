using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>A server on a real HTTP port that answers each request as a function says.</summary>
internal sealed class HttpStub : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Func<HttpListenerRequest, HttpListenerResponse, string> answer;
    private readonly Task serving;
    private volatile bool isClosing;

    /// <param name="answer">Sets status and headers, and gives the body.</param>
    public HttpStub(Func<HttpListenerRequest, HttpListenerResponse, string> answer)
    {
        this.answer = answer;
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        Url = $"http://127.0.0.1:{port}";
        listener.Prefixes.Add(Url + "/");
        listener.Start();
        serving = ServeAsync();
    }

    /// <summary>Without a slash at its end.</summary>
    public string Url { get; }

    public async ValueTask DisposeAsync()
    {
        isClosing = true;
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null); // A client may wait until it has sent all.
                var body = Encoding.UTF8.GetBytes(answer(context.Request, context.Response));
                if (context.Request.HttpMethod != "HEAD")
                {
                    await context.Response.OutputStream.WriteAsync(body);
                }

                context.Response.Close();
            }
        }
        catch (Exception e) when (isClosing && e is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The test has seen enough.
        }
    }
}
