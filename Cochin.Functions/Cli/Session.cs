using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Cli;

/// <summary>What a verb works with: the terminal, the parsed arguments, and the program's services, which are created on first use.</summary>
internal sealed class Session(ParseResult parsed, Terminal terminal) : IAsyncDisposable
{
    private CochinHost? host;

    public Terminal Terminal { get; } = terminal;

    /// <summary>The settings, read without opening the storage.</summary>
    /// <exception cref="SettingsException">The settings can't be used.</exception>
    public CochinSettings Settings => field ??= CochinSettings.Read(ConfigurationSources.Build(ProjectFolder.Find(), SharedOptions.ReadSettings(parsed)));

    public bool IsEmbedded => host?.IsEmbedded ?? false;

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>Whether the option was given.</summary>
    public bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>Returns a service. The first call reads the settings and opens the storage.</summary>
    /// <exception cref="SettingsException">The settings can't be used.</exception>
    /// <exception cref="Local.Azurite.AzuriteException">The embedded storage can't be started.</exception>
    public async Task<T> GetAsync<T>(CancellationToken cancellationToken)
        where T : notnull
    {
        host ??= await OpenAsync([], isIsolated: false, RunnerScope.Serve(), cancellationToken).ConfigureAwait(false);
        return host.Services.GetRequiredService<T>();
    }

    /// <summary>Opens the embedded storage with these settings and those on the command line, without the settings of this installation.</summary>
    public async Task OpenIsolatedAsync(IReadOnlyList<KeyValuePair<string, string>> settings, CancellationToken cancellationToken) =>
        host = await OpenAsync(settings, isIsolated: true, RunnerScope.Serve(), cancellationToken).ConfigureAwait(false);

    /// <summary>Opens the storage to run some jobs on schedule.</summary>
    public async Task OpenAsync(RunnerScope scope, CancellationToken cancellationToken) =>
        host = await OpenAsync([], isIsolated: false, scope, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the jobs with these names or ids, or all jobs if none are given. Doesn't open the storage.</summary>
    /// <exception cref="CliException">A job doesn't exist.</exception>
    /// <exception cref="SettingsException">The settings can't be used.</exception>
    public IReadOnlyList<JobDefinition> Jobs(IReadOnlyCollection<string>? names = null) =>
        names is null or { Count: 0 } ? Settings.Jobs.Jobs : [.. names.Select(name => Find(Settings.Jobs, name)).Distinct()];

    public void Write<T>(T document, JsonTypeInfo<T> type) => Terminal.Line(JsonSerializer.Serialize(document, type));

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static JobDefinition Find(JobCatalog catalog, string name) =>
        catalog.Find(name) ?? throw (catalog.Dormant.FirstOrDefault(job => job.Name == name) is { } dormant
            ? new CliException("unknown_job", $"There is no job '{name}' yet.", $"It exists once {dormant.Setting} is set; see README.md.")
            : new CliException(
            "unknown_job",
            $"There is no job '{name}'.{Suggestion.For(name, catalog.Jobs.Select(job => job.Name))}",
            $"The jobs are {string.Join(", ", catalog.Jobs.Select(job => job.Name))}; see ./cochin show."));

    private Task<CochinHost> OpenAsync(
        IReadOnlyList<KeyValuePair<string, string>> settings, bool isIsolated, RunnerScope scope, CancellationToken cancellationToken) =>
        CochinHost.BuildAsync(
            new CochinHostOptions
            {
                ProjectRoot = ProjectFolder.Find(),
                Overrides = [.. SharedOptions.ReadSettings(parsed), .. settings],
                IsIsolated = isIsolated,
                Scope = scope,
                OnProgress = Terminal.Say,
            },
            cancellationToken);
}
