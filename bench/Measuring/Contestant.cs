using System.Diagnostics;

namespace Cochin.Bench.Measuring;

/// <summary>One of those that do the same work.</summary>
/// <param name="Start">How it is started in a round.</param>
internal sealed record Contestant(string Name, Func<ProcessStartInfo> Start)
{
    /// <summary>Called after each run: what was not done; null if all was. The check of the contest follows.</summary>
    public Func<CancellationToken, Task<string?>> CheckAsync { get; init; } = _ => Task.FromResult<string?>(null);
}
