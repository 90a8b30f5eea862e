using System.Diagnostics;
using Azure.Storage.Blobs;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>A race between the program, put together as it is everywhere, and whoever else writes to the storage.</summary>
public abstract class RaceTest(AzuriteServer server) : StorageTest(server)
{
    protected static readonly TimeSpan Old = TimeSpan.FromHours(30);

    private readonly Stack<ServiceProvider> programs = new();
    private BlobContainerClient? past;
    private int requests = 1;
    private TimeSpan duration;

    internal RaceLedger Ledger { get; } = new();

    internal RacedRequests Requests { get; } = new();

    /// <summary>The program as it is put together everywhere, its storage watched.</summary>
    internal JobRunner Runner => field ??= NewProgram(NewStorage(Requests)).GetRequiredService<JobRunner>();

    public override async ValueTask DisposeAsync()
    {
        while (programs.TryPop(out var program))
        {
            await program.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    internal ServiceProvider NewProgram(CochinStorage storage, params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("CochinStorage", ConnectionString),
            new("Cochin:Storage:BackupContainer", storage.Names.BackupContainer),
            new("Cochin:Storage:SystemContainer", storage.Names.SystemContainer),
            new("Cochin:Storage:TablePrefix", storage.Names.TablePrefix),
            .. settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)),
        ]).Build();
        var read = CochinSettings.Read(configuration);

        // Without those who look at a run when it is over: they are no part of the race.
        var program = new ServiceCollection()
            .AddLogging()
            .AddCochin(read, read.Connection!)
            .AddSingleton(storage)
            .RemoveAll<RunFollower>()
            .BuildServiceProvider();
        programs.Push(program);
        return program;
    }

    /// <summary>Lets the other side act at a moment of the run that chance draws: before a request of it, or at any time.</summary>
    /// <returns>What came of the run, and whether the other side acted while it was under way.</returns>
    internal async Task<(RunReport Report, bool Met)> RaceAsync(Random random, TaskOptions options, Func<Task> other)
    {
        var clock = Stopwatch.StartNew();
        if (Ledger.Round > 0 && random.Next(2) == 0)
        {
            Requests.Arm(0, other);
            var running = Task.Run(() => Runner.RunTaskAsync(options, RunObserver.None, Cancellation), Cancellation);
            await Task.Delay(duration * random.NextDouble(), Cancellation);
            var begun = Requests.Sent.Count > 0;
            await other();
            var met = begun && !running.IsCompleted;
            return (await running, met);
        }

        Requests.Arm(Ledger.Round > 0 ? 1 + random.Next(requests) : 0, other);
        var report = await Runner.RunTaskAsync(options, RunObserver.None, Cancellation);
        (duration, requests) = (clock.Elapsed, Requests.Sent.Count);
        if (!Requests.Met)
        {
            await other();
        }

        return (report, Requests.Met);
    }

    /// <summary>Puts a blob where the server takes it to be old.</summary>
    internal async Task PutOldAsync(string name, string content = "old")
    {
        past ??= NewStorage(new BackdatePolicy(Old)).Backups;
        await past.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), overwrite: true, Cancellation);
    }

    internal async Task PutAsync(string name, string content) =>
        await Storage.Backups.GetBlobClient(name).UploadAsync(BinaryData.FromString(content), overwrite: true, Cancellation);

    /// <summary>What is in a blob; null where it is gone.</summary>
    internal async Task<string?> ContentAsync(string name)
    {
        var blob = Storage.Backups.GetBlobClient(name);
        return await blob.ExistsAsync(Cancellation) ? (await blob.DownloadContentAsync(Cancellation)).Value.Content.ToString() : null;
    }
}
