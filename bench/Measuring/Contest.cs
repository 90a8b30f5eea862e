using System.Diagnostics;
using Cochin.Bench.Running;

namespace Cochin.Bench.Measuring;

/// <summary>Lets contestants do the same work in turn, each round in another order, so that what drifts hits all alike.</summary>
internal sealed class Contest(BenchContext context)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Called before each run: makes the work.</summary>
    public Func<CancellationToken, Task> PrepareAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Called after each run: what was not done; null if all was.</summary>
    public Func<CancellationToken, Task<string?>> CheckAsync { get; init; } = _ => Task.FromResult<string?>(null);

    /// <summary>The process that serves the contestants, to see what it had to do; null where there is none.</summary>
    public Func<int>? ServerId { get; init; }

    /// <summary>Rounds before those that count.</summary>
    public int WarmUps { get; init; }

    public int Rounds { get; init; } = context.Rounds;

    public async Task<IReadOnlyList<Series>> RunAsync(IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        var measured = contestants.ToDictionary(contestant => contestant, _ => new List<Measurement>());
        for (var round = -WarmUps; round < Rounds; round++)
        {
            foreach (var contestant in contestants.Select((_, place) => contestants[(place + round + WarmUps) % contestants.Count]))
            {
                await PrepareAsync(cancellationToken);
                var server = ServerTime();
                var measurement = await MeasuredProcess.RunAsync(contestant.Start(), Limit, cancellationToken);
                measurement = measurement with { Server = ServerTime() - server };
                if ((await contestant.CheckAsync(cancellationToken) ?? await CheckAsync(cancellationToken)) is { } problem)
                {
                    throw new BenchException($"{contestant.Name} did not do its work: {problem}");
                }

                if (round >= 0)
                {
                    measured[contestant].Add(measurement);
                    context.Say(
                        $"round {round + 1}: {contestant.Name}: {measurement.Wall.TotalSeconds:0.000} s, "
                        + $"processor {measurement.Cpu.TotalSeconds:0.000} s, {measurement.PeakBytes / 1048576} MiB; "
                        + $"server {measurement.Server.TotalSeconds:0.00} s");
                }
            }
        }

        return [.. contestants.Select(contestant => new Series(contestant.Name, measured[contestant]))];
    }

    private TimeSpan ServerTime()
    {
        if (ServerId is null)
        {
            return TimeSpan.Zero;
        }

        using var server = Process.GetProcessById(ServerId());
        return server.TotalProcessorTime;
    }
}
