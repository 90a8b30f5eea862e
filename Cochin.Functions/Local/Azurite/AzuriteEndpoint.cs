using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cochin.Functions.Local.Azurite;

/// <summary>A running Azurite: its process and the ports that it listens on at 127.0.0.1.</summary>
internal sealed record AzuriteEndpoint(int ProcessId, int BlobPort, int QueuePort, int TablePort)
{
    /// <summary>When the process started, in the system's own form: a later process with the same number has another.</summary>
    public string? ProcessStart { get; init; }

    /// <summary>The folder that it was started for, without symbolic links; null in records of earlier versions.</summary>
    public string? Folder { get; init; }

    // The emulator's well-known account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public string ConnectionString => string.Create(
        CultureInfo.InvariantCulture,
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{BlobPort}/{Account};QueueEndpoint=http://127.0.0.1:{QueuePort}/{Account};TableEndpoint=http://127.0.0.1:{TablePort}/{Account};");

    /// <summary>Three ports that were free a moment ago.</summary>
    public static AzuriteEndpoint OnFreePorts()
    {
        var listeners = Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            Array.ForEach(listeners, listener => listener.Start());
            var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
            return new AzuriteEndpoint(0, ports[0], ports[1], ports[2]);
        }
        finally
        {
            Array.ForEach(listeners, listener => listener.Dispose());
        }
    }

    /// <summary>Whether both services that are used answer.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken) =>
        await IsAzuriteAsync(BlobPort, cancellationToken).ConfigureAwait(false)
        && await IsAzuriteAsync(TablePort, cancellationToken).ConfigureAwait(false);

    private static async Task<bool> IsAzuriteAsync(int port, CancellationToken cancellationToken)
    {
        // No proxy of the environment: it would look for 127.0.0.1 on its own machine.
        using var direct = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(direct) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            // Unsigned, so the answer is an error; the Server header tells who gave it.
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/{Account}?comp=list"), cancellationToken).ConfigureAwait(false);
            return answer.Headers.TryGetValues("Server", out var server) && server.Any(name => name.StartsWith("Azurite", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
