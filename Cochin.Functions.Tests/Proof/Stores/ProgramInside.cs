using Azure.Core;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>The whole program as it is composed, within this process: no start-up to wait for.</summary>
internal sealed class ProgramInside : IAsyncDisposable
{
    private readonly ServiceProvider services;

    /// <param name="patience">How often and how long the clients of the storage try, if not as usual.</param>
    public ProgramInside(IReadOnlyCollection<KeyValuePair<string, string>> settings, Action<RetryOptions>? patience = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.Select(setting => new KeyValuePair<string, string?>(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
            .Build();
        var read = CochinSettings.Read(configuration, needsStorage: true);
        var connection = patience is null
            ? read.Connection!
            : new StorageConnection(settings.Single(setting => setting.Key == "CochinStorage").Value) { ConfigureRetries = patience };
        services = new ServiceCollection().AddLogging().AddCochin(read, connection).BuildServiceProvider();
    }

    /// <summary>What a command or a tick of the clock does.</summary>
    public Task<RunReport> RunAsync(Work work) => work.IsScheduled
        ? services.GetRequiredService<JobRunner>().RunDueAsync(work.Job, CancellationToken.None)
        : RunByHandAsync(work);

    public Task<RunReport> RunByHandAsync(Work work) => services.GetRequiredService<JobRunner>()
        .RunJobAsync(services.GetRequiredService<JobCatalog>().Find(work.Job)!, dryRun: false, RunObserver.None, CancellationToken.None);

    /// <summary>What a minute's tick of <c>serve</c> and the Functions host does beside.</summary>
    public Task WatchAsync() => services.GetRequiredService<Watch>().CheckAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
