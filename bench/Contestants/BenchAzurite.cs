using Cochin.Bench.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Bench.Contestants;

/// <summary>An Azurite of a benchmark's own, empty unless it has a location with data.</summary>
internal sealed class BenchAzurite : IAsyncDisposable
{
    private BenchAzurite(AzuriteEndpoint endpoint) => Endpoint = endpoint;

    public AzuriteEndpoint Endpoint { get; }

    public StorageConnection Connection => new(Endpoint.ConnectionString);

    /// <exception cref="AzuriteException">It can't be installed or started.</exception>
    public static Task<BenchAzurite> StartAsync(BenchContext context, CancellationToken cancellationToken) =>
        StartAsync(context, location: null, cancellationToken);

    /// <param name="location">Where it keeps its data; null for memory only.</param>
    /// <exception cref="AzuriteException">It can't be installed or started.</exception>
    public static async Task<BenchAzurite> StartAsync(BenchContext context, string? location, CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(context.Root).EnsureAsync(context.Say, cancellationToken);
        return new BenchAzurite(await AzuriteProcess.StartAsync(script, location, Path.Combine(context.Folder, "azurite.log"), context.Say, cancellationToken));
    }

    public async ValueTask DisposeAsync() => await AzuriteProcess.StopAsync(Endpoint, Console.Error.WriteLine);
}
