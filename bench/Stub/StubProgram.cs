using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cochin.Bench.CleanUp;

namespace Cochin.Bench.Stub;

/// <summary>
/// A stand-in for the storage service that does not saturate, in a process of its own: it answers as fast as it can, or after a set
/// time. It says its ports in a line and serves until its input ends. It trusts everyone and keeps everything in memory.
/// </summary>
internal static class StubProgram
{
    public const string Name = "stub";

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var traffic = new StubTraffic();
        var blobs = new StubBlobService(TimeProvider.System, traffic);
        var tables = new StubTableService(TimeProvider.System, traffic);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var blobServer = new StubServer(blobs.AnswerAsync);
        using var tableServer = new StubServer(tables.AnswerAsync);
        using var control = new StubServer(request => ValueTask.FromResult(Control(request)));
        Console.WriteLine(JsonSerializer.Serialize(new[] { blobServer.Start(stop.Token), tableServer.Start(stop.Token), control.Start(stop.Token) }));
        await Console.In.ReadToEndAsync(cancellationToken);
        await stop.CancelAsync();
        return 0;

        StubAnswer Control(StubRequest request)
        {
            if (request.Path == "fill")
            {
                blobs.Fill(Number("blobs"), TempBlobs.Age);
                tables.Fill("CochinOperations", LiveAndFinished.Rows().Select(row => new JsonObject(row.Select(column => KeyValuePair.Create(column.Key, (JsonNode?)JsonValue.Create(Text(column.Value)))))));
                traffic.Reset(TimeSpan.FromMilliseconds(Number("request")), TimeSpan.FromMilliseconds(Number("part")));
            }

            return StubAnswer.Text(200, "application/json", JsonSerializer.Serialize(new StubState(blobs.Left, traffic.Counts.ToDictionary())));

            int Number(string name) => int.Parse(request.Option(name)!, CultureInfo.InvariantCulture);
        }
    }

    private static string? Text(object? value) => value is DateTimeOffset time
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : value?.ToString();
}
