using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Cochin.Functions.Local;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>What Application Insights and an OTLP collector look like from outside, on a real HTTP port; keeps all that arrives.</summary>
internal sealed class FakeIngestion : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, byte[] Body)> requests = new();
    private readonly LoopbackServer server;

    public FakeIngestion() => server = new LoopbackServer(AnswerAsync);

    public string Url => server.Address.ToString();

    /// <summary>The setting that sends telemetry here as to Application Insights.</summary>
    public KeyValuePair<string, string> AzureMonitor =>
        new("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey=11111111-2222-3333-4444-555555555555;IngestionEndpoint={Url}");

    /// <summary>The settings that send telemetry here as to a collector.</summary>
    public KeyValuePair<string, string>[] Otlp => [new("OTEL_EXPORTER_OTLP_ENDPOINT", Url), new("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")];

    /// <summary>The items that arrived for Application Insights.</summary>
    public IReadOnlyList<JsonElement> Items =>
    [
        .. requests
            .Where(request => request.Path == "/v2.1/track")
            .SelectMany(request => Encoding.UTF8.GetString(request.Body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => JsonDocument.Parse(line).RootElement),
    ];

    /// <summary>All bytes that arrived, as text that can be searched.</summary>
    public string Everything => string.Concat(requests.Select(request => Encoding.UTF8.GetString(request.Body)));

    /// <summary>The messages that arrived for a collector at <c>/v1/{signal}</c>.</summary>
    public IReadOnlyList<ProtoMessage> Messages(string signal) =>
        [.. requests.Where(request => request.Path == $"/v1/{signal}").Select(request => new ProtoMessage(request.Body))];

    /// <summary>The items of a kind, e.g. <c>MessageData</c>.</summary>
    public IReadOnlyList<TrackedItem> ItemsOf(string baseType) =>
        [.. Items.Where(item => item.GetProperty("data").GetProperty("baseType").GetString() == baseType).Select(item => new TrackedItem(item))];

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        var input = context.Request.InputStream;
        var isCompressed = context.Request.Headers["Content-Encoding"] == "gzip";
        await using (var stream = isCompressed ? new GZipStream(input, CompressionMode.Decompress) : input)
        {
            await stream.CopyToAsync(body);
        }

        requests.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
        var lines = body.ToArray().Count(letter => letter == '\n') + 1;
        if (context.Request.Url.AbsolutePath == "/v2.1/track")
        {
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($$"""{"itemsReceived":{{lines}},"itemsAccepted":{{lines}},"errors":[]}"""));
        }
        else
        {
            context.Response.ContentType = "application/x-protobuf";
        }

        context.Response.Close();
    }
}
