using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Runs;

/// <summary>
/// The ticks in progress in timer functions. A Functions host that stops drains them without cancelling them, and then gives the worker a
/// few seconds to stop. So they are cancelled when the worker stops, which then waits until their runs are closed.
/// </summary>
internal sealed class ActiveTicks(TimeProvider time) : IHostedLifecycleService, IDisposable
{
    // The host kills a worker that has not stopped after five seconds.
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Task, bool> active = [];

    /// <summary>Runs the work of a tick with a token that also fires when the worker stops.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping.Token);
        var tick = work(either.Token);
        active.TryAdd(tick, true);
        try
        {
            await tick.ConfigureAwait(false);
        }
        finally
        {
            active.TryRemove(tick, out _);
        }
    }

    public void Dispose() => stopping.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Called before StopAsync of any service, which may take a while.
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var closed = Task.WhenAll([stopping.CancelAsync(), .. active.Keys]);
        await ((Task)closed.WaitAsync(ClosingLimit, time, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
