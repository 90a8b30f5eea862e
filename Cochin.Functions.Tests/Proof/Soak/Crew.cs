using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary>Processes that serve: the first lives to the end if there are others, the others are ended at random and started anew.</summary>
internal sealed class Crew(KeyValuePair<string, string>[] settings, Random chance) : IAsyncDisposable
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(ProofScale.Of(4, 30));

    private readonly List<CochinProcess> all = [];
    private CochinProcess? longest;
    private ProcessSize? first;

    public int Size { get; private set; }

    public int Killed { get; private set; }

    public int Stopped { get; private set; }

    public int Ended => Killed + Stopped;

    /// <summary>Keeps them at work until the token fires; those that live then go on.</summary>
    public async Task WorkAsync(int size, CancellationToken end)
    {
        Size = size;
        await Task.WhenAll(Enumerable.Range(0, size).Select(i => size > 1 && i == 0 ? LiveAsync(end) : DieAsync(new Random(chance.Next()), end)));
    }

    /// <summary>Asks all to stop.</summary>
    /// <returns>What became of the one that lived longest.</returns>
    public async Task<ProcessGrowth> EndAsync()
    {
        var last = ProcessSize.Of(longest!.Id);
        foreach (var process in all.Where(process => !process.HasExited))
        {
            await process.SignalAsync("TERM");
            (await process.EndAsync()).ExitCode.ShouldBe(0);
        }

        return new ProcessGrowth(first!.Value, last);
    }

    public ValueTask DisposeAsync()
    {
        all.ForEach(process => process.Dispose());
        return ValueTask.CompletedTask;
    }

    private async Task LiveAsync(CancellationToken end)
    {
        longest = Start();
        await Task.Delay(WarmUp, end).ContinueWith(_ => { }, TaskScheduler.Default);
        first = ProcessSize.Of(longest.Id);
    }

    private async Task DieAsync(Random when, CancellationToken end)
    {
        while (true)
        {
            var process = Start();
            var life = TimeSpan.FromSeconds(8 + (when.NextDouble() * ProofScale.Of(4, 30)));
            await Task.Delay(life, end).ContinueWith(_ => { }, TaskScheduler.Default);
            if (end.IsCancellationRequested)
            {
                // In the small part there is no other; it has some time yet, to finish the work.
                longest ??= process;
                first ??= ProcessSize.Of(process.Id);
                return;
            }

            if (when.Next(2) == 0)
            {
                Killed++;
                await process.SignalAsync("KILL");
            }
            else
            {
                Stopped++;
                await process.SignalAsync("TERM");
            }

            await process.EndAsync();
        }
    }

    private CochinProcess Start()
    {
        var process = CochinProcess.Start(settings, "serve", "--json");
        lock (all)
        {
            all.Add(process);
        }

        return process;
    }
}
