using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Running;

/// <summary>
/// The ticks that functions have under way. A Functions host that stops lets them run while it drains, without cancelling them, and then
/// gives the worker a few seconds to stop: so it is the worker's own stop that cancels them, and waits until their runs are closed.
/// </summary>
internal sealed class ActiveTicks(TimeProvider time) : IHostedLifecycleService, IDisposable
{
    // The host ends a worker that has not stopped after five seconds.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Task, bool> underWay = [];

    /// <summary>Does the work of a tick under a token that also fires when the worker stops.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping.Token);
        var tick = work(either.Token);
        underWay.TryAdd(tick, true);
        try
        {
            await tick.ConfigureAwait(false);
        }
        finally
        {
            underWay.TryRemove(tick, out _);
        }
    }

    public void Dispose() => stopping.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The first word of a stop: what else stops may take its time.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var closed = Task.WhenAll([stopping.CancelAsync(), .. underWay.Keys]);
        await ((Task)closed.WaitAsync(ClosingLimit, time, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
