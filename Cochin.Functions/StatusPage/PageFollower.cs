using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.StatusPage;

/// <summary>
/// Publishes the page after runs: after the first at once, after those that follow closely once for all of them. The last one
/// is always followed by a publication, at the latest when the program ends.
/// </summary>
internal sealed class PageFollower(PagePublisher publisher, TimeProvider time, ILogger<PageFollower> logger) : RunFollower, IAsyncDisposable
{
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan LimitAtTheEnd = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource ending = new();
    private bool isWanted;
    private bool isEnded;
    private DateTimeOffset notBefore;
    private Task work = Task.CompletedTask;

    public override async Task EndedAsync(RunReport report, CancellationToken cancellationToken)
    {
        Task atOnce;
        lock (gate)
        {
            if (isEnded)
            {
                return;
            }

            isWanted = true;
            if (!work.IsCompleted)
            {
                return; // It sees the wish when it is done with what it does.
            }

            var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            atOnce = time.GetUtcNow() < notBefore ? Task.CompletedTask : first.Task;
            work = Task.Run(() => WorkAsync(first), CancellationToken.None);
        }

        // In Azure a process counts as busy only while a function of it runs: the usual publication is made within one.
        await atOnce.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (gate)
        {
            isEnded = true;
            last = work;
        }

        await ending.CancelAsync().ConfigureAwait(false);
        await last.ConfigureAwait(false);
        ending.Dispose();
    }

    private async Task WorkAsync(TaskCompletionSource first)
    {
        while (await NextAsync().ConfigureAwait(false))
        {
            await PublishAsync().ConfigureAwait(false);
            first.TrySetResult();
        }

        first.TrySetResult();
    }

    /// <summary>Waits until the next publication may be made.</summary>
    /// <returns>False where none is wanted any more.</returns>
    private async Task<bool> NextAsync()
    {
        TimeSpan wait;
        lock (gate)
        {
            if (!isWanted)
            {
                work = Task.CompletedTask; // Here and not later: whoever comes now starts anew.
                return false;
            }

            wait = notBefore - time.GetUtcNow();
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < Pause ? wait : Pause, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (gate)
        {
            isWanted = false;
        }

        return true;
    }

    private async Task PublishAsync()
    {
        // When the program ends, a publication under way gets a little more time, and so does one that still waited.
        using var limit = new CancellationTokenSource(ending.IsCancellationRequested ? LimitAtTheEnd : Limit, time);
        await using var _ = ending.Token.Register(() => limit.CancelAfter(LimitAtTheEnd)).ConfigureAwait(false);
        try
        {
            if (!await publisher.PublishAsync(limit.Token).ConfigureAwait(false))
            {
                logger.PageLeftToOthers();
            }
        }
        catch (Exception e) when (StorageProblem.Explain(e) is { } trouble)
        {
            logger.PageNotPublished(trouble.Message);
        }
        catch (Exception e)
        {
            logger.PageNotPublished(e);
        }

        lock (gate)
        {
            notBefore = time.GetUtcNow() + Pause;
        }
    }
}
