using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Local.Azurite;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Hosting;

/// <summary>Hosts the program without the Functions host: settings, services, and the embedded storage if no other is configured.</summary>
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

    /// <summary>Whether the storage is the embedded Azurite.</summary>
    public bool IsEmbedded => embedded is not null;

    /// <exception cref="SettingsException">The settings can't be used.</exception>
    /// <exception cref="AzuriteException">The embedded storage is needed and can't be started.</exception>
    public static async Task<CochinHost> BuildAsync(CochinHostOptions options, CancellationToken cancellationToken)
    {
        var configuration = options.IsIsolated
            ? ConfigurationSources.BuildIsolated(options.Overrides)
            : ConfigurationSources.Build(options.ProjectRoot, options.Overrides);
        var settings = CochinSettings.Read(configuration);
        var embedded = settings.Connection is null || options.IsIsolated
            ? await EmbeddedAzurite.JoinAsync(options.ProjectRoot, options.OnProgress, cancellationToken).ConfigureAwait(false)
            : null;

        var connection = embedded is null ? settings.Connection! : new StorageConnection(embedded.Endpoint.ConnectionString);
        var services = new ServiceCollection().AddLogging().AddSingleton(options.Scope).AddCochin(settings, connection);
        if (settings.Telemetry.IsOn)
        {
            services.AddCochinTelemetry(configuration, new TelemetryOptions { Settings = settings.Telemetry });
        }

        return new CochinHost(services.BuildServiceProvider(), embedded);
    }

    public async ValueTask DisposeAsync()
    {
        // Before the services are disposed, as the final metrics are read from them.
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

/// <summary>The options that the command line sets before the settings are read.</summary>
internal sealed record CochinHostOptions
{
    /// <summary>The folder with <c>local.settings.json</c>, <c>package.json</c> and <c>.azurite/</c>.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>Settings from the command line; they override all others.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Overrides { get; init; } = [];

    /// <summary>Use the embedded storage, and only the settings in <see cref="Overrides"/>: the services of this installation are left alone.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>The jobs that it is responsible for, if it runs them on schedule.</summary>
    public RunnerScope Scope { get; init; } = RunnerScope.Serve();

    /// <summary>Receives a line of text when a slow step starts.</summary>
    public Action<string> OnProgress { get; init; } = static _ => { };
}
