using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Hosting;

/// <summary>The program without a Functions host: settings, storage (started here if none is set) and services.</summary>
internal sealed class CochinHost : IAsyncDisposable
{
    private readonly ServiceProvider services;
    private readonly EmbeddedAzurite? embedded;

    private CochinHost(ServiceProvider services, EmbeddedAzurite? embedded)
    {
        this.services = services;
        this.embedded = embedded;
    }

    public IServiceProvider Services => services;

    /// <summary>Whether the storage is the Azurite that commands start for themselves.</summary>
    public bool IsEmbedded => embedded is not null;

    /// <exception cref="SettingsException">The settings can't be used.</exception>
    /// <exception cref="AzuriteException">No storage is set and the embedded one can't be started.</exception>
    public static async Task<CochinHost> BuildAsync(CochinHostOptions options, CancellationToken cancellationToken)
    {
        var configuration = ConfigurationSources.Build(options.ProjectRoot, options.Overrides);
        var settings = CochinSettings.Read(configuration);
        var embedded = settings.Connection is null || options.ForceEmbedded
            ? await EmbeddedAzurite.JoinAsync(options.ProjectRoot, options.Say, cancellationToken).ConfigureAwait(false)
            : null;

        var connection = embedded is null ? settings.Connection! : new StorageConnection(embedded.Endpoint.ConnectionString);
        var services = new ServiceCollection().AddLogging().AddCochin(settings, connection);
        if (settings.Telemetry.IsOn)
        {
            services.AddCochinTelemetry(configuration, new TelemetryOptions { Settings = settings.Telemetry });
        }

        return new CochinHost(services.BuildServiceProvider(), embedded);
    }

    public async ValueTask DisposeAsync()
    {
        // Before the services: what they measured is asked for once more.
        if (services.GetRequiredService<CochinSettings>().Telemetry.IsOn)
        {
            await services.GetRequiredService<TelemetryPipeline>().FlushAsync().ConfigureAwait(false);
        }

        await services.DisposeAsync().ConfigureAwait(false);
        if (embedded is not null)
        {
            await embedded.DisposeAsync().ConfigureAwait(false);
        }
    }
}
