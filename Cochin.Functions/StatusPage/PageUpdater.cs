using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.StatusPage;

/// <summary>
/// Publishes the page after runs: immediately after the first, then once per interval for all runs that end in it. The page is always published
/// after the last run, at the latest when the program ends. A runner of some jobs leaves it to the others, whose settings know all jobs.
/// </summary>
internal sealed class PageUpdater(PagePublisher publisher, RunnerScope scope, TimeProvider time, ILogger<PageUpdater> logger) : RunFollower, IAsyncDisposable
{
    public static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private bool isUpdatePending;
    private bool isDisposed;
    private DateTimeOffset notBefore;
    private Task worker = Task.CompletedTask;

    public override async Task EndedAsync(RunReport report, CancellationToken cancellationToken)
    {
        Task firstUpdate;
        lock (gate)
        {
            if (isDisposed || scope.IsPartial)
            {
                return;
            }

            isUpdatePending = true;
            if (!worker.IsCompleted)
            {
                return; // The worker checks for a pending update before it ends.
            }

            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            firstUpdate = time.GetUtcNow() < notBefore ? Task.CompletedTask : first.Task;
            worker = Task.Run(() => WorkAsync(first), CancellationToken.None);
        }

        // In Azure, a process may be suspended when no function is running, so an immediate update is awaited.
        await firstUpdate.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Task lastWorker;
        lock (gate)
        {
            isDisposed = true;
            lastWorker = worker;
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        await lastWorker.ConfigureAwait(false);
        stopping.Dispose();
    }

    private async Task WorkAsync(TaskCompletionSource first)
    {
        while (await WaitForUpdateAsync().ConfigureAwait(false))
        {
            await PublishAsync().ConfigureAwait(false);
            first.TrySetResult();
        }

        first.TrySetResult();
    }

    /// <summary>Waits until the next update is allowed.</summary>
    /// <returns>False if no update is pending.</returns>
    private async Task<bool> WaitForUpdateAsync()
    {
        TimeSpan wait;
        lock (gate)
        {
            if (!isUpdatePending)
            {
                worker = Task.CompletedTask; // Inside the lock, so that the next run starts a new worker.
                return false;
            }

            wait = notBefore - time.GetUtcNow();
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < MinInterval ? wait : MinInterval, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (gate)
        {
            isUpdatePending = false;
        }

        return true;
    }

    private async Task PublishAsync()
    {
        // On shutdown, a running or pending update has a shorter timeout.
        using var timeout = new CancellationTokenSource(stopping.IsCancellationRequested ? ShutdownTimeout : PublishTimeout, time);
        await using var _ = stopping.Token.Register(() => timeout.CancelAfter(ShutdownTimeout)).ConfigureAwait(false);
        try
        {
            if (!await publisher.PublishAsync(timeout.Token).ConfigureAwait(false))
            {
                logger.PagePublishedByAnother();
            }
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } problem)
        {
            logger.PageNotPublished(problem.Message);
        }
        catch (Exception e)
        {
            logger.PageNotPublished(e);
        }

        lock (gate)
        {
            notBefore = time.GetUtcNow() + MinInterval;
        }
    }
}
