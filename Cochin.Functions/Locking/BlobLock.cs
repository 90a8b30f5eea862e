using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Cochin.Functions.Locking;

/// <summary>A lock that is held: renewed in the background, released on disposal.</summary>
internal sealed class BlobLock : IAsyncDisposable
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);

    private readonly BlobLeaseClient lease;
    private readonly TimeSpan duration;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stopRenewing = new();
    private readonly Task renewing;
    private long renewedAt;
    private long renewalTook;
    private TaskCompletionSource? asking;

    /// <param name="begunAt">A timestamp of <paramref name="time"/> from before the lease was asked for.</param>
    internal BlobLock(BlobLeaseClient lease, TimeSpan duration, long begunAt, TimeProvider time)
    {
        this.lease = lease;
        this.duration = duration;
        this.time = time;
        renewedAt = begunAt;
        renewing = RenewAsync();
    }

    /// <summary>Fires when the lease is gone or can no longer be relied on.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>
    /// Whether the lock surely is still ours, by the clock alone. Asked right before a write: a process that was paused
    /// wakes up before its timers fire, and another may have taken over meanwhile.
    /// </summary>
    public bool IsHeld => !lost.IsCancellationRequested && time.GetElapsedTime(Interlocked.Read(ref renewedAt)) < duration;

    /// <summary>Ends when the renewal that is under way was answered, however often it had to be asked for; ended while there is none.</summary>
    public Task Renewal => Volatile.Read(ref asking)?.Task ?? Task.CompletedTask;

    /// <summary>How long the last renewal took from the first time that it was asked for; zero before the first.</summary>
    public TimeSpan LastRenewalDuration => TimeSpan.FromTicks(Interlocked.Read(ref renewalTook));

    public async ValueTask DisposeAsync()
    {
        // Whatever went wrong with renewing, the lease is released.
        await stopRenewing.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!lost.IsCancellationRequested)
        {
            await ReleaseAsync().ConfigureAwait(false);
        }

        lost.Dispose();
        stopRenewing.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            await RenewUntilLostAsync().ConfigureAwait(false);
        }
        finally
        {
            Volatile.Read(ref asking)?.TrySetResult();
        }
    }

    private async Task RenewUntilLostAsync()
    {
        var pause = duration / 3;
        var firstAsked = 0L;
        while (IsHeld)
        {
            try
            {
                await Task.Delay(pause, time, stopRenewing.Token).ConfigureAwait(false);
                var asked = time.GetTimestamp();
                if (Renewal.IsCompleted)
                {
                    firstAsked = asked;
                    Volatile.Write(ref asking, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                using var limit = new CancellationTokenSource(duration - time.GetElapsedTime(Interlocked.Read(ref renewedAt)) is { Ticks: > 0 } left ? left : TimeSpan.Zero, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopRenewing.Token);
                await lease.RenewAsync(cancellationToken: either.Token).ConfigureAwait(false);
                Interlocked.Exchange(ref renewedAt, asked);
                Interlocked.Exchange(ref renewalTook, time.GetElapsedTime(firstAsked).Ticks);
                Volatile.Read(ref asking)!.TrySetResult();
                pause = duration / 3;
            }
            catch (OperationCanceledException) when (stopRenewing.IsCancellationRequested)
            {
                return;
            }
            catch (RequestFailedException e) when (IsGone(e.ErrorCode))
            {
                break;
            }
            catch (Exception)
            {
                // The service, or what signs in to it, may be away for a moment: while the lease lasts, ask again, soon.
                pause = TimeSpan.FromSeconds(1);
            }
        }

        await lost.CancelAsync().ConfigureAwait(false);
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(ReleaseLimit, time);
        try
        {
            await lease.ReleaseAsync(cancellationToken: limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nothing better to do: the lease runs out by itself.
        }
    }

    private static bool IsGone(string? errorCode) =>
        errorCode == BlobErrorCode.LeaseIdMismatchWithLeaseOperation
        || errorCode == BlobErrorCode.LeaseLost
        || errorCode == BlobErrorCode.LeaseNotPresentWithLeaseOperation
        || errorCode == BlobErrorCode.LeaseIsBrokenAndCannotBeRenewed
        || errorCode == BlobErrorCode.BlobNotFound
        || errorCode == BlobErrorCode.ContainerNotFound;
}
