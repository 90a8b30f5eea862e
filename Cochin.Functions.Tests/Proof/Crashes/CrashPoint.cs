using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Proof.Proxy;
using Cochin.Functions.Tests.Proof.Stores;

namespace Cochin.Functions.Tests.Proof.Crashes;

/// <summary>
/// One work in one store: the program in a process of its own, killed at a call or not at all, and another run that takes up
/// what is left.
/// </summary>
internal sealed class CrashPoint(AzuriteEndpoint azurite, Work work, ProofStore store) : MatrixPoint(azurite, work, store)
{
    public static async Task<CrashPoint> PrepareAsync(AzuriteEndpoint azurite, Work work) => new(azurite, work, await work.PrepareAsync(azurite));

    /// <summary>Lets the program come to its end.</summary>
    public async Task<Undisturbed> RunUndisturbedAsync()
    {
        var (result, calls) = await RunAsync(static (_, _) => Task.FromResult(false));
        result.ExitCode.ShouldBe(Work.End == Outcome.Partial ? 3 : 0, result.Errors);
        var counts = result.Json.GetProperty("counts");
        Work.Expected.ShouldAllBe(expected => counts.GetProperty(expected.Key).GetInt64() == expected.Value, result.Output);
        (await RunCheck.ComplaintsAsync(Store, Work)).ShouldBeEmpty();
        return new Undisturbed(calls, await StoreState.ReadAsync(Store), [.. Channel.Alerts]);
    }

    /// <summary>Kills the program at a call, and lets another run finish.</summary>
    /// <param name="waitsForLease">Whether the dead one's lease comes to its own end.</param>
    public async Task<CrashResult> KillAsync(int number, CrashMoment moment, Undisturbed undisturbed, bool waitsForLease)
    {
        var before = await StoreState.ReadAsync(Store);
        Call? met = null;
        await RunAsync(async (exchange, child) =>
        {
            if (met is not null)
            {
                exchange.Reset(); // Dead ones send nothing.
                return true;
            }

            if (exchange.Call.Number != number)
            {
                return false;
            }

            met = exchange.Call;
            if (moment == CrashMoment.BeforeRead)
            {
                await Meanwhile.BeforeAsync(exchange.Call);
                await exchange.ForwardAsync();
            }

            child.Kill();
            exchange.Reset();
            return true;
        });

        // Not written down yet, perhaps: its alerts may come once more.
        var inFlight = Channel.Messages is [.., var last] ? last : [];
        var complaints = new List<string>(await AuditComplaintsAsync(before, "when it died"));
        await Meanwhile.DoAsync();
        await FreeLocksAsync(waitsForLease);
        complaints.AddRange(await TakeUpAsync());

        complaints.AddRange((await StoreState.ReadAsync(Store)).DifferencesFrom(undisturbed.End).Where(difference => !IsNotice(difference)));
        complaints.AddRange(await AuditComplaintsAsync(before, "in the end"));
        complaints.AddRange(await RunCheck.ComplaintsAsync(Store, Work));
        complaints.AddRange(Channel.Complaints(undisturbed.Alerts, inFlight));
        return new CrashResult(Work.Name, moment, number, met?.ToString(), Channel.Repeated, complaints);
    }

    /// <param name="tamper">Says whether it has dealt with a request.</param>
    private async Task<(CommandResult Result, IReadOnlyList<Call> Calls)> RunAsync(Func<Exchange, CochinProcess, Task<bool>> tamper)
    {
        var started = new TaskCompletionSource<CochinProcess>();
        await using var proxy = new TamperingProxy(
            Azurite,
            Webhook,
            async exchange =>
            {
                if (!await tamper(exchange, await started.Task))
                {
                    await Meanwhile.BeforeAsync(exchange.Call);
                    await exchange.PassOnAsync();
                }
            },
            new SmallPages(EntriesOnPage));

        using var child = CochinProcess.Start(Settings(proxy.Storage, proxy.Webhook), Work.Command);
        started.SetResult(child);
        var end = child.EndAsync();
        if (Work.IsScheduled && await Task.WhenAny(child.OutputLineAsync(), end) != end)
        {
            await child.SignalAsync("TERM"); // It has told of the run, and would serve for ever.
        }

        var result = await end;
        return (result, proxy.Calls);
    }

    private async Task FreeLocksAsync(bool waitsForLease)
    {
        if (waitsForLease)
        {
            await Wait.UntilAsync(async () => !await Store.HeldLocksAsync().AnyAsync(), TestContext.Current.CancellationToken, seconds: 60);
        }

        await Store.EndLeasesAsync();
    }

    private async Task<IEnumerable<string>> TakeUpAsync()
    {
        await using var program = new ProgramInside(Settings(Azurite, Webhook));
        var report = await program.RunAsync(Work);
        var isDone = Work.IsDone(report) || (Work.IsScheduled && report.Reason == SkipReason.NotDue);
        var complaints = new List<string>(isDone ? [] : [$"the next run ended as {report.Outcome} {report.Reason}: {report.Error}"]);
        if (Work.IsScheduled)
        {
            await program.WatchAsync();
            if ((await program.RunAsync(Work)).Reason != SkipReason.NotDue)
            {
                complaints.Add("the occurrence was not settled");
            }
        }

        return complaints;
    }
}
