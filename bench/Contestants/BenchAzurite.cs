using Cochin.Bench.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Azurite;

namespace Cochin.Bench.Contestants;

/// <summary>An Azurite of a benchmark's own, in memory and empty.</summary>
internal sealed class BenchAzurite : IAsyncDisposable
{
    private BenchAzurite(AzuriteEndpoint endpoint) => Endpoint = endpoint;

    public AzuriteEndpoint Endpoint { get; }

    public StorageConnection Connection => new(Endpoint.ConnectionString);

    /// <exception cref="AzuriteException">It can't be installed or started.</exception>
    public static async Task<BenchAzurite> StartAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(context.Root).EnsureAsync(context.Say, cancellationToken);
        return new BenchAzurite(await AzuriteProcess.StartAsync(script, location: null, Path.Combine(context.Folder, "azurite.log"), cancellationToken));
    }

    public async ValueTask DisposeAsync() => await AzuriteProcess.StopAsync(Endpoint);
}
