using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>A task with a store in which it has something of everything to do.</summary>
internal abstract class Work
{
    /// <summary>The work of all tasks.</summary>
    public static IReadOnlyList<Work> All { get; } =
    [
        new CleanupWork(),
        new StuckWork(),
        new RebuildWork(),
        new VerifyWork(),
        new PruneWork(),
        new SyncWork(),
        new QuotesWork(),
        new ScheduledQuotesWork(),
    ];

    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    public abstract string Job { get; }

    /// <summary>Counts of the undisturbed run: they prove that the store gives it all this to do.</summary>
    public abstract IReadOnlyDictionary<string, long> Expected { get; }

    /// <summary>How the undisturbed run ends.</summary>
    public virtual Outcome End => Outcome.Completed;

    /// <summary>Whether a run has done all that an undisturbed one does.</summary>
    public bool IsDone(RunReport report) =>
        report.Outcome == End && report.Reason is null && report.Result.Counts.All(count => count is not { Key: "failed", Value: > 0 });

    /// <summary>Whether the runner is asked by a tick of the clock and not by a person.</summary>
    public virtual bool IsScheduled => false;

    /// <summary>What the program is told to do, as a command.</summary>
    public virtual string[] Command => ["run", Job, "--json"];

    public virtual IEnumerable<KeyValuePair<string, string>> Settings => [];

    /// <summary>Fills a store in which nothing is but its backup container and its tables of the application.</summary>
    public abstract Task FillAsync(ProofStore store);

    /// <summary>Whether the application does its part right before a request is carried out.</summary>
    public virtual bool IsMoment(Call call) => false;

    /// <summary>What the application does meanwhile; done once, at its moment or after the run.</summary>
    public virtual Task MeanwhileAsync(ProofStore store) => Task.CompletedTask;

    /// <summary>Whether an operation (<c>kind/id</c>) is changed by the application, so that the audit log need not know.</summary>
    public virtual bool IsOfOthers(string operation) => false;

    public async Task<ProofStore> PrepareAsync(global::Cochin.Functions.Local.Azurite.AzuriteEndpoint azurite)
    {
        var store = new ProofStore(azurite);
        await Task.WhenAll(store.Storage.Backups.CreateAsync(), store.Storage.Operations.CreateAsync(), store.Storage.Devis.CreateAsync());
        await FillAsync(store);
        return store;
    }
}
