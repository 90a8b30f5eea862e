using System.Net.Sockets;
using Cochin.Functions.Local;

namespace Cochin.Functions.Tests.Local;

public sealed class LoopbackServerTests
{
    [Fact]
    public async Task Serve_ClientThatClosesTheConnection_DoesNotKeepTheNextFromItsAnswer()
    {
        var isGone = new TaskCompletionSource();
        await using var server = new LoopbackServer(async context =>
        {
            await isGone.Task;
            await context.Response.OutputStream.WriteAsync(new byte[10_000_000]);
            context.Response.Close();
        });
        using (var client = new TcpClient { LingerState = new LingerOption(enable: true, seconds: 0) })
        {
            await client.ConnectAsync(server.Address.Host, server.Address.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await Task.Delay(200, TestContext.Current.CancellationToken); // The request must be at work before the connection is gone.
        }

        isGone.SetResult();

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        (await http.GetByteArrayAsync(server.Address, TestContext.Current.CancellationToken)).Length.ShouldBe(10_000_000);
    }
}
