using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Cochin.Bench.Contestants;
using Cochin.Bench.Running;
using Cochin.Functions.Local.Azurite;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cochin.Bench.Simulation;

/// <summary>
/// The simulated service as a process of its own, for contestants that reach it over HTTP on loopback. It is refilled and asked for its state
/// by lines on its standard input, and serves until that ends.
/// </summary>
internal sealed class SimulatedServer : IAsyncDisposable
{
    public const string Name = "simulated-server";

    private readonly Process process;

    private SimulatedServer(Process process, int[] ports)
    {
        this.process = process;
        ConnectionString = new AzuriteEndpoint(process.Id, ports[0], ports[0], ports[1]).ConnectionString;
    }

    public string ConnectionString { get; }

    public int Id => process.Id;

    public static async Task<SimulatedServer> StartAsync(CancellationToken cancellationToken)
    {
        var start = OwnProgram.Start(Name);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new BenchException("the simulated server did not start.");
        return new SimulatedServer(process, JsonSerializer.Deserialize<int[]>(line)!);
    }

    /// <summary>Starts over: that many old blobs, nothing else, no requests counted.</summary>
    public async Task FillAsync(int blobs, SimulatedConditions conditions, CancellationToken cancellationToken) =>
        await SendAsync(JsonSerializer.Serialize(new Filling(blobs, conditions)), cancellationToken);

    public async Task<State> StateAsync(CancellationToken cancellationToken) => await SendAsync("", cancellationToken);

    /// <summary>What was not done; null if all blobs are gone.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken) =>
        (await StateAsync(cancellationToken)).Left is > 0 and var left ? $"{left} blobs were left." : null;

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>The process: prints its ports, then a state for each line of input. An empty line changes nothing.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        SimulatedService? service = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0); // Blobs.
            kestrel.Listen(IPAddress.Loopback, 0); // Tables.
        });
        await using var app = builder.Build();
        int[] ports = [];
        app.Run(http => AnswerAsync(http, service!, http.Connection.LocalPort == ports[1] ? SimulatedService.TablePort : SimulatedService.BlobPort));
        await app.StartAsync(cancellationToken);
        ports = [.. app.Urls.Select(url => new Uri(url).Port)];
        Console.WriteLine(JsonSerializer.Serialize(ports));
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                var filling = JsonSerializer.Deserialize<Filling>(line)!;
                var blobs = BlobSet.EvenlyTemporary(filling.Blobs);
                service = new SimulatedService(blobs, rows: null, filling.Conditions) { Deleted = new DeletedBlobs(blobs) };
            }

            Console.WriteLine(JsonSerializer.Serialize(new State(service!.Left, service.Requests)));
        }

        await app.StopAsync(CancellationToken.None);
        return 0;
    }

    private static async Task AnswerAsync(HttpContext http, SimulatedService service, int port)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget; // Path is decoded.
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), $"http://127.0.0.1:{port}{target}");
        request.Content = new StreamContent(http.Request.Body);
        foreach (var (name, value) in http.Request.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }

        using var answer = await service.AnswerAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Content-Length"))
        {
            http.Response.Headers[name] = values.ToArray();
        }

        if (answer.Content.Headers.ContentLength is > 0 and var length && !HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.ContentLength = length;
            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
    }

    /// <param name="Left">Blobs that have not been deleted.</param>
    /// <param name="Requests">The requests since it was filled, by kind.</param>
    internal sealed record State(long Left, IReadOnlyDictionary<string, long> Requests);

    private sealed record Filling(int Blobs, SimulatedConditions Conditions);

    private async Task<State> SendAsync(string line, CancellationToken cancellationToken)
    {
        await process.StandardInput.WriteLineAsync(line.AsMemory(), cancellationToken);
        await process.StandardInput.FlushAsync(cancellationToken);
        var state = await process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new BenchException("the simulated server has ended.");
        return JsonSerializer.Deserialize<State>(state)!;
    }
}
