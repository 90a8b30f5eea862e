using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Cochin.Functions.Locking;

/// <summary>A held lock. Its lease is renewed in the background and released on disposal.</summary>
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
    private long lastRenewalTicks;
    private TaskCompletionSource? renewal;

    /// <param name="requestedAt">A timestamp of <paramref name="time"/> from before the lease was requested.</param>
    internal BlobLock(BlobLeaseClient lease, TimeSpan duration, long requestedAt, TimeProvider time)
    {
        this.lease = lease;
        this.duration = duration;
        this.time = time;
        renewedAt = requestedAt;
        renewing = RenewAsync();
    }

    /// <summary>Fires when the lease is lost or has expired.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>
    /// Whether the lock is certainly still held, computed from the clock. Check it right before a write: when a paused process resumes, its
    /// timers have not fired yet, and another process may have taken over.
    /// </summary>
    public bool IsHeld => !lost.IsCancellationRequested && time.GetElapsedTime(Interlocked.Read(ref renewedAt)) < duration;

    /// <summary>Completes when the renewal in progress succeeds or renewing ends. Completed if no renewal is in progress.</summary>
    public Task Renewal => Volatile.Read(ref renewal)?.Task ?? Task.CompletedTask;

    /// <summary>How long the last successful renewal took, including failed attempts; zero before the first.</summary>
    public TimeSpan LastRenewalDuration => TimeSpan.FromTicks(Interlocked.Read(ref lastRenewalTicks));

    public async ValueTask DisposeAsync()
    {
        // Release the lease even if renewing failed.
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
            Volatile.Read(ref renewal)?.TrySetResult();
        }
    }

    private async Task RenewUntilLostAsync()
    {
        var pause = duration / 3;
        var firstAttempt = 0L;
        while (IsHeld)
        {
            try
            {
                await Task.Delay(pause, time, stopRenewing.Token).ConfigureAwait(false);
                var attempt = time.GetTimestamp();
                if (Renewal.IsCompleted)
                {
                    firstAttempt = attempt;
                    Volatile.Write(ref renewal, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                var left = duration - time.GetElapsedTime(Interlocked.Read(ref renewedAt));
                using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopRenewing.Token);
                await lease.RenewAsync(cancellationToken: either.Token).ConfigureAwait(false);
                Interlocked.Exchange(ref renewedAt, attempt);
                Interlocked.Exchange(ref lastRenewalTicks, time.GetElapsedTime(firstAttempt).Ticks);
                Volatile.Read(ref renewal)!.TrySetResult();
                pause = duration / 3;
            }
            catch (OperationCanceledException) when (stopRenewing.IsCancellationRequested)
            {
                return;
            }
            catch (RequestFailedException e) when (IsLost(e.ErrorCode))
            {
                break;
            }
            catch (Exception)
            {
                // A transient error of the storage or of authentication: retry soon, until the lease expires.
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
            // The lease expires by itself.
        }
    }

    private static bool IsLost(string? errorCode) =>
        errorCode == BlobErrorCode.LeaseIdMismatchWithLeaseOperation
        || errorCode == BlobErrorCode.LeaseLost
        || errorCode == BlobErrorCode.LeaseNotPresentWithLeaseOperation
        || errorCode == BlobErrorCode.LeaseIsBrokenAndCannotBeRenewed
        || errorCode == BlobErrorCode.BlobNotFound
        || errorCode == BlobErrorCode.ContainerNotFound;
}
