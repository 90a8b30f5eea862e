using System.Diagnostics;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;
using Cochin.Functions.Locking;
using Cochin.Functions.Storage;

namespace Cochin.Bench.Locks;

/// <summary>What the lock costs, and how long a dead holder keeps it.</summary>
internal sealed class LockBenchmark : Benchmark
{
    private const string Ratio = "lock_handover_vs_lease";
    private const string Scope = "bench";

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    public override string Name => "lock";

    public override string Title => "Lock, empty runs and ticks";

    public override string About =>
        "On one Azurite. A free lock is taken and released many times. A holder in a separate process is killed with SIGKILL "
        + "right after it took the lock; measured is the time until another process, which tries every "
        + $"{BetweenTries.TotalMilliseconds:0} ms, gets it; "
        + $"the lease is {BlobLocks.LeaseDuration.TotalSeconds:0} s. Then the storage requests of a run with nothing to do, and of "
        + "a tick of a job that is not due, are counted.";

    public override IReadOnlyList<Goal> Goals { get; } =
    [
        new(Ratio, GoalKind.AtMost, 1.05, "time until the lock of a killed holder is taken over, relative to the lease duration"),
    ];

    public override IReadOnlyList<Tool> Needs => [Tool.Node];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var azurite = await BenchAzurite.StartAsync(context, cancellationToken);
        var locks = new BlobLocks(azurite.Connection.Connect(new StorageNames()), TimeProvider.System);
        var taken = await TakeAndReleaseAsync(locks, context.Of(quick: 20, full: 200), cancellationToken);
        var handover = new List<double>();
        for (var round = 0; round < context.Of(quick: 1, full: 3); round++)
        {
            handover.Add(await HandOverAsync(azurite.Endpoint.ConnectionString, locks, cancellationToken));
            context.Say($"hand-over {round + 1}: {handover[^1]:0.0} s");
        }

        var spread = Spread.Of(handover);
        return new Findings
        {
            Ratios = new Dictionary<string, double> { [Ratio] = spread.Median / BlobLocks.LeaseDuration.TotalSeconds },
            Tables =
            [
                new FindingsTable(
                    "The lock",
                    ["", "least / median / most"],
                    [
                        ["take a free lock (lease, and the holder's name), ms", taken.Acquire.Text("0.0")],
                        ["release it, ms", taken.Release.Text("0.0")],
                        ["from the death of the holder until the next one gets it, s", spread.Text("0.0")],
                    ]),
                await EmptyRuns.CountAsync(azurite, cancellationToken),
            ],
            Notes =
            [
                "The holder renews its lease every third of its duration, so after its death the lease lasts for two thirds to all of that duration. "
                + "Here the holder is killed right after it took the lock, so it is all of it.",
            ],
        };
    }

    private static async Task<(Spread Acquire, Spread Release)> TakeAndReleaseAsync(BlobLocks locks, int times, CancellationToken cancellationToken)
    {
        List<double> acquire = [], release = [];
        for (var i = 0; i < times; i++)
        {
            var clock = Stopwatch.StartNew();
            var taken = (await locks.TryAcquireAsync(Scope, Owner("bench"), cancellationToken)).Lock ?? throw new BenchException("the lock was not free.");
            acquire.Add(clock.Elapsed.TotalMilliseconds);
            clock.Restart();
            await taken.DisposeAsync();
            release.Add(clock.Elapsed.TotalMilliseconds);
        }

        return (Spread.Of(acquire), Spread.Of(release));
    }

    private static async Task<double> HandOverAsync(string connection, BlobLocks locks, CancellationToken cancellationToken)
    {
        var start = OwnProgram.Start(LockHolder.Name, connection, Scope);
        start.RedirectStandardOutput = true;
        using var holder = Process.Start(start)!;
        if (await holder.StandardOutput.ReadLineAsync(cancellationToken) is not LockHolder.Ready)
        {
            throw new BenchException("the holder did not get the lock.");
        }

        holder.Kill(); // SIGKILL
        var clock = Stopwatch.StartNew();
        await holder.WaitForExitAsync(cancellationToken);
        while (clock.Elapsed < BlobLocks.LeaseDuration * 3)
        {
            if ((await locks.TryAcquireAsync(Scope, Owner("next"), cancellationToken)).Lock is { } taken)
            {
                var waited = clock.Elapsed.TotalSeconds;
                await taken.DisposeAsync();
                return waited;
            }

            await Task.Delay(BetweenTries, cancellationToken);
        }

        throw new BenchException("the lock of a killed holder did not get free.");
    }

    private static LockOwner Owner(string name) => new(name, name, name, TimeProvider.System.GetUtcNow());
}
