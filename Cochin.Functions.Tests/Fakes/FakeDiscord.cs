using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Cochin.Functions.Local;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>A webhook on a real HTTP port that keeps what it gets and answers as a test says, then with 200.</summary>
internal sealed class FakeDiscord : IAsyncDisposable
{
    private readonly ConcurrentQueue<Func<HttpListenerResponse, Task>> script = new();
    private readonly ConcurrentQueue<JsonElement> delivered = new();
    private readonly ConcurrentQueue<Uri> requests = new();
    private readonly ConcurrentQueue<string?> userAgents = new();
    private readonly LoopbackServer server;

    public FakeDiscord() => server = new LoopbackServer(AnswerAsync);

    public Uri Url => new(server.Address, "api/webhooks/1/secret-token?thread_id=7");

    /// <summary>Happens before each answer: the other side of a race.</summary>
    public Func<Task> OnRequest { get; set; } = () => Task.CompletedTask;

    public IReadOnlyCollection<Uri> Requests => requests;

    public IReadOnlyCollection<string?> UserAgents => userAgents;

    /// <summary>The messages that were answered with 200.</summary>
    public IReadOnlyList<JsonElement> Delivered => [.. delivered];

    /// <summary>The cards of all delivered messages.</summary>
    public IReadOnlyList<JsonElement> Embeds => [.. Delivered.SelectMany(message => message.GetProperty("embeds").EnumerateArray())];

    /// <summary>Whether each request told its length, which simple relays need: they read no chunks.</summary>
    public bool AllToldTheirLength { get; private set; } = true;

    public FakeDiscord Answer(int status, string? retryAfter = null, string body = "", string contentType = "application/json")
    {
        script.Enqueue(async response =>
        {
            response.StatusCode = status;
            response.ContentType = contentType;
            if (retryAfter is not null)
            {
                response.Headers["Retry-After"] = retryAfter;
            }

            await response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(body));
            response.Close();
        });
        return this;
    }

    /// <summary>Answers with an error as Discord reports it.</summary>
    public FakeDiscord Refuse(int status, int code, string message) => Answer(status, body: $$"""{"message": "{{message}}", "code": {{code}}}""");

    public FakeDiscord Redirect(Uri target)
    {
        script.Enqueue(response =>
        {
            response.Redirect(target.ToString());
            response.Close();
            return Task.CompletedTask;
        });
        return this;
    }

    public FakeDiscord HangUp()
    {
        script.Enqueue(response =>
        {
            response.Abort();
            return Task.CompletedTask;
        });
        return this;
    }

    /// <summary>Answers, but the answer's body never comes.</summary>
    public FakeDiscord AnswerHalf(int status)
    {
        script.Enqueue(async response =>
        {
            response.StatusCode = status;
            response.ContentLength64 = 1_000;
            await response.OutputStream.WriteAsync("{"u8.ToArray());
            await response.OutputStream.FlushAsync();
        });
        return this;
    }

    /// <summary>Never answers.</summary>
    public FakeDiscord Hang()
    {
        script.Enqueue(_ => Task.CompletedTask);
        return this;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        if (context.Request.HttpMethod == "GET")
        {
            // Asked whether it is there: Discord describes a webhook.
            await context.Response.OutputStream.WriteAsync("{}"u8.ToArray());
            context.Response.Close();
            return;
        }

        requests.Enqueue(context.Request.Url!);
        userAgents.Enqueue(context.Request.UserAgent);
        AllToldTheirLength &= context.Request.ContentLength64 > 0;
        var message = (await JsonDocument.ParseAsync(context.Request.InputStream)).RootElement;
        await OnRequest();
        if (script.TryDequeue(out var scripted))
        {
            await scripted(context.Response);
            return;
        }

        delivered.Enqueue(message);
        context.Response.StatusCode = 200;
        context.Response.Close();
    }
}
