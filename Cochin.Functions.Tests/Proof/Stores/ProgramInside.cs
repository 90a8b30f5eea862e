using Cochin.Functions.Hosting;
using Cochin.Functions.Running;
using Cochin.Functions.Storage;
using Cochin.Functions.Watching;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>The whole program as it is composed, within this process: no start-up to wait for.</summary>
internal sealed class ProgramInside : IAsyncDisposable
{
    private readonly ServiceProvider services;

    /// <param name="storage">Clients to use in place of those that the settings make, e.g. with less patience.</param>
    public ProgramInside(IEnumerable<KeyValuePair<string, string>> settings, CochinStorage? storage = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)))
            .Build();
        var read = CochinSettings.Read(configuration, needsStorage: true);
        var collection = new ServiceCollection().AddLogging().AddCochin(read, read.Connection!);
        if (storage is not null)
        {
            collection.AddSingleton(storage);
        }

        services = collection.BuildServiceProvider();
    }

    /// <summary>What a command or a tick of the clock does.</summary>
    public Task<RunReport> RunAsync(Work work)
    {
        var runner = services.GetRequiredService<JobRunner>();
        return work.IsScheduled
            ? runner.RunDueAsync(work.Job, CancellationToken.None)
            : runner.RunJobAsync(services.GetRequiredService<JobCatalog>().Find(work.Job)!, dryRun: false, RunObserver.None, CancellationToken.None);
    }

    /// <summary>What a minute's tick of <c>serve</c> and the Functions host does beside.</summary>
    public Task WatchAsync() => services.GetRequiredService<Watch>().LookAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
