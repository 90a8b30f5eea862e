using System.Net;
using System.Text;
using Cochin.Functions.Local;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>A server on a real HTTP port that answers each request as a function says.</summary>
/// <param name="answer">Sets status and headers, and gives the body.</param>
internal sealed class HttpStub(Func<HttpListenerRequest, HttpListenerResponse, string> answer) : IAsyncDisposable
{
    private readonly LoopbackServer server = new(async context =>
    {
        await context.Request.InputStream.CopyToAsync(Stream.Null); // A client may wait until it has sent all.
        var body = Encoding.UTF8.GetBytes(answer(context.Request, context.Response));
        if (context.Request.HttpMethod != "HEAD")
        {
            await context.Response.OutputStream.WriteAsync(body);
        }

        context.Response.Close();
    });

    /// <summary>Without a slash at its end.</summary>
    public string Url => server.Address.ToString().TrimEnd('/');

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
