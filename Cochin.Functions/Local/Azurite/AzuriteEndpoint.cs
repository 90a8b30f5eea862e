using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cochin.Functions.Local.Azurite;

/// <summary>A running Azurite: its process and its ports on 127.0.0.1.</summary>
internal sealed record AzuriteEndpoint(int ProcessId, int BlobPort, int QueuePort, int TablePort)
{
    /// <summary>The start time of the process in the operating system's format. It differs if the process id is reused.</summary>
    public string? ProcessStart { get; init; }

    /// <summary>The folder with its data, without symbolic links; null in files of earlier versions.</summary>
    public string? Folder { get; init; }

    // The emulator's well-known account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};"
        + $"BlobEndpoint={Url(BlobPort)};QueueEndpoint={Url(QueuePort)};TableEndpoint={Url(TablePort)};";

    /// <summary>Returns an endpoint with three ports that are free at this moment, without a process.</summary>
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

    /// <summary>Whether the blob and table services respond.</summary>
    public async Task<bool> RespondsAsync(CancellationToken cancellationToken) =>
        await IsAzuriteAsync(BlobPort, cancellationToken).ConfigureAwait(false)
        && await IsAzuriteAsync(TablePort, cancellationToken).ConfigureAwait(false);

    private static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/{Account}");

    private static async Task<bool> IsAzuriteAsync(int port, CancellationToken cancellationToken)
    {
        // A proxy in the environment can't reach this machine's 127.0.0.1.
        using var direct = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(direct) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            // The request is not signed, so the response is an error; its Server header identifies Azurite.
            using var response = await http.GetAsync(new Uri($"{Url(port)}?comp=list"), cancellationToken).ConfigureAwait(false);
            return response.Headers.TryGetValues("Server", out var server) && server.Any(name => name.StartsWith("Azurite", StringComparison.Ordinal));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
