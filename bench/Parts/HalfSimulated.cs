using Azure.Core.Pipeline;
using Cochin.Bench.Simulation;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Bench.Parts;

/// <summary>
/// A storage whose backup container is simulated and all else, with lock, checkpoint and records, is on an Azurite. Deleting very many blobs
/// takes an Azurite hours.
/// </summary>
internal sealed class HalfSimulated(SimulatedService backups) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly HttpMessageInvoker simulated = new(backups, disposeHandler: false);

    public StorageConnection Connect(AzuriteEndpoint azurite) => new(azurite.ConnectionString)
    {
        Transport = new HttpClientTransport(new HttpClient(this, disposeHandler: false)),
    };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var isSimulated = address.AbsolutePath.StartsWith("/devstoreaccount1/backups", StringComparison.Ordinal)
            || address.Query.Contains("comp=batch", StringComparison.Ordinal);
        return isSimulated ? simulated.SendAsync(request, cancellationToken) : base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        simulated.Dispose();
        base.Dispose(disposing);
    }
}
