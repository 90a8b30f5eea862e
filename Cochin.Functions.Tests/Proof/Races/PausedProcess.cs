using Azure.Data.Tables;
using Cochin.Functions.Jobs;
using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.Proof.Proxy;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>One process that is paused in the middle of one job's work, on a store of its own, and the runner that takes over.</summary>
internal sealed class PausedProcess : IAsyncDisposable
{
    // Tells its messages from those of the process that sleeps.
    private const string Successor = "thread_id=8";

    private readonly CochinStorage storage;
    private readonly PausedWork work;
    private readonly string job;
    private readonly Random chance;
    private readonly FakeDiscord discord = new();
    private readonly TamperingProxy proxy;
    private readonly TaskCompletionSource caught = new();
    private readonly TaskCompletionSource released = new();
    private readonly TaskCompletionSource atWork = new();
    private readonly TaskCompletionSource goOn = new();
    private int passing;

    public PausedProcess(AzuriteEndpoint azurite, CochinStorage storage, PausedWork work, string job, Random chance)
    {
        this.work = work;
        this.storage = storage;
        this.job = job;
        this.chance = chance;
        passing = chance.Next(job switch
        {
            CleanupTempFilesDescription.Name or CheckDevisNotificationsDescription.Name => 2,
            _ => 12,
        });
        proxy = new TamperingProxy(azurite, discord.Url, TamperAsync);
    }

    /// <summary>Whether the work was taken over by the other, and not found done.</summary>
    public bool WasOvertaken { get; private set; }

    public bool WokeDuringWork { get; private set; }

    public int RequestsAfterWaking { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task PlayAsync(RaceTest race)
    {
        await work.PrepareAsync();
        using var process = CochinProcess.Start(Settings(proxy.Storage, proxy.Webhook), "serve", "--json");
        await caught.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await process.SignalAsync("STOP");
        var isLate = chance.Next(2) == 0;
        if (!isLate)
        {
            released.SetResult();
        }

        var takingOver = TakeOverAsync(race, pausesAtWork: chance.Next(2) == 0);
        await Task.WhenAny(takingOver, atWork.Task);
        WokeDuringWork = !takingOver.IsCompleted;
        if (!WokeDuringWork)
        {
            goOn.SetResult();
        }

        var before = await SnapshotAsync();
        var calls = proxy.Calls.Count;
        var sent = discord.Delivered.Count;
        await process.SignalAsync("CONT");
        released.TrySetResult();
        await Task.WhenAny(process.OutputLineAsync(), Task.Delay(TimeSpan.FromSeconds(15), Cancellation));
        var afterWaking = await SnapshotAsync();
        var alerts = discord.Delivered.Count - sent;
        goOn.TrySetResult();
        var report = await takingOver;
        await process.SignalAsync("TERM");
        await process.EndAsync();

        WasOvertaken = report.Outcome == Outcome.Completed;
        var later = proxy.Calls.Skip(calls).ToList();
        RequestsAfterWaking = later.Count;
        race.Ledger.Expect(
            report.Outcome == Outcome.Completed || report.Reason == SkipReason.NotDue,
            $"{job}: the successor's run is {report.Outcome} {report.Reason}: {report.Error}");
        foreach (var call in later.Where(IsChange))
        {
            race.Ledger.Expect(false, $"{job}: woken, the process sent {call}");
        }

        foreach (var (row, version) in before)
        {
            race.Ledger.Expect(afterWaking.GetValueOrDefault(row) == version, $"{job}: woken, the process changed {row}");
        }

        race.Ledger.Expect(alerts <= (isLate ? 1 : 0), $"{job}: {alerts} messages came after the process woke");
        var state = await new JobStates(storage).GetAsync(job, Cancellation);
        race.Ledger.Expect(!WasOvertaken || state.LastRunId == report.RunId, $"{job}: the job's state is not the successor's");
        race.Ledger.Expect(state.SettledOccurrence > TimeProvider.System.GetUtcNow().AddDays(-1), $"{job}: the occurrence is not settled");
        var history = new RunHistory(storage, TimeProvider.System, new RunHistoryOptions());
        var completed = await history.ListAsync(job, Cancellation).CountAsync(run => run.Outcome == Outcome.Completed, Cancellation);
        race.Ledger.Expect(completed == 1, $"{job}: {completed} runs are recorded as completed");
        race.Ledger.Expect(await work.IsDoneAsync(discord.Embeds), $"{job}: the work is not done as it should be");
    }

    public async ValueTask DisposeAsync()
    {
        released.TrySetResult();
        goOn.TrySetResult();
        await proxy.DisposeAsync();
        await discord.DisposeAsync();
        await storage.Backups.DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
        await storage.System.DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
    }

    private async Task TamperAsync(Exchange exchange)
    {
        if (IsWork(exchange.Call) && Interlocked.Decrement(ref passing) == -1)
        {
            caught.SetResult();
            await released.Task;
        }

        await exchange.PassOnAsync();
    }

    /// <summary>The job as soon as its lock is free, on the storage itself; halted when it is about to change something, if it shall.</summary>
    private async Task<RunReport> TakeOverAsync(RaceTest race, bool pausesAtWork)
    {
        async Task HaltAsync()
        {
            atWork.TrySetResult();
            await goOn.Task;
        }

        var halts = new RacedRequests { Answered = request => pausesAtWork && request.Has("comp=appendblock") ? HaltAsync() : Task.CompletedTask };
        discord.OnRequest = () => pausesAtWork && discord.Requests.Last().Query.Contains(Successor, StringComparison.Ordinal)
            ? HaltAsync()
            : Task.CompletedTask;
        var webhook = new UriBuilder(discord.Url) { Query = Successor }.Uri;
        var program = race.NewProgram(
            race.NewStorage(storage.Names, halts),
            [
                .. Settings(null, webhook).Select(setting => (setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value)),
                ("Cochin:Discord:TimeoutSeconds", "60"),
            ]);
        var runner = program.GetRequiredService<JobRunner>();
        RunReport report;
        do
        {
            await Task.Delay(500, Cancellation);
            report = await runner.RunDueAsync(job, Cancellation);
        }
        while (report.Reason == SkipReason.LockHeld);
        return report;
    }

    /// <summary>The one job, due since an hour ago and then tomorrow.</summary>
    private IEnumerable<KeyValuePair<string, string>> Settings(AzuriteEndpoint? endpoint, Uri webhook)
    {
        var due = TimeProvider.System.GetUtcNow().AddHours(-1).UtcDateTime;
        var others = TaskCatalog.All.SelectMany(task => task.Jobs).Select(other => other.Name);
        return
        [
            .. endpoint is null ? Array.Empty<KeyValuePair<string, string>>() :
            [
                new("CochinStorage", endpoint.ConnectionString),
                new("Cochin__Storage__BackupContainer", storage.Names.BackupContainer),
                new("Cochin__Storage__SystemContainer", storage.Names.SystemContainer),
                new("Cochin__Storage__TablePrefix", storage.Names.TablePrefix),
            ],
            new("Cochin__TimeZone", "UTC"),
            new("Cochin__Discord__WebhookUrl", webhook.ToString()),
            new("Cochin__Discord__AllowAnyHost", "true"),
            new($"Cochin__Jobs__{job}__Schedule", $"0 {due.Minute} {due.Hour} * * *"),
            .. others.Where(other => other != job).Select(other => KeyValuePair.Create($"Cochin__Jobs__{other}__Enabled", "false")),
        ];
    }

    /// <summary>What the job is there to do: where the process is caught.</summary>
    private bool IsWork(Call call) => job switch
    {
        CleanupTempFilesDescription.Name =>
            call.Service == "blob" && call.Mentions(storage.Names.BackupContainer)
            && (call.Method == "DELETE" || call.Target.Contains("comp=batch", StringComparison.Ordinal)),
        CheckDevisNotificationsDescription.Name => call.Service == "discord",
        _ => call.Service == "table" && call.Method is not "GET" && call.Mentions(storage.Operations.Name),
    };

    /// <summary>What a process that was overtaken must not send. That an alert was sent is noted all the same, or it would be sent again.</summary>
    private bool IsChange(Call call) => call.Method is not ("GET" or "HEAD") && call.Service switch
    {
        "blob" => call.Mentions(storage.Names.BackupContainer) || (call.Mentions("/audit/") && job != CheckDevisNotificationsDescription.Name),
        "table" => call.Mentions(storage.Operations.Name) || call.Mentions(storage.Jobs.Name),
        _ => true,
    };

    /// <summary>The versions of the job's row and of the records of its runs.</summary>
    private async Task<Dictionary<string, string>> SnapshotAsync()
    {
        var rows = new Dictionary<string, string>();
        foreach (var table in new[] { storage.Jobs, storage.Runs })
        {
            await foreach (var row in table.QueryAsync<TableEntity>(row => row.PartitionKey == job || row.RowKey == job, cancellationToken: Cancellation))
            {
                rows[$"{table.Name}/{row.RowKey} ({row.GetString("Outcome") ?? "state"})"] = row.ETag.ToString();
            }
        }

        return rows;
    }
}
