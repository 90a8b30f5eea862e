using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Locking;

/// <summary>A held lock. Its lease is renewed in the background and released on disposal.</summary>
internal sealed class BlobLock : IAsyncDisposable
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestAttempt = TimeSpan.FromSeconds(2);

    private readonly BlobLeaseClient lease;
    private readonly TimeSpan duration;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource stopRenewing = new();
    private readonly Task renewing;
    private ClockReading renewedAt;
    private long lastRenewalTicks;
    private TaskCompletionSource? renewal;

    /// <param name="requestedAt">A reading of <paramref name="time"/> from before the lease was requested.</param>
    internal BlobLock(BlobLeaseClient lease, TimeSpan duration, ClockReading requestedAt, TimeProvider time)
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
    public bool IsHeld => !lost.IsCancellationRequested && Left > TimeSpan.Zero;

    /// <summary>Completes when the renewal in progress succeeds or renewing ends. Completed if no renewal is in progress.</summary>
    public Task Renewal => Volatile.Read(ref renewal)?.Task ?? Task.CompletedTask;

    /// <summary>How long the last successful renewal took, including failed attempts; zero before the first.</summary>
    public TimeSpan LastRenewalDuration => TimeSpan.FromTicks(Interlocked.Read(ref lastRenewalTicks));

    private TimeSpan Left => duration - Volatile.Read(ref renewedAt).Elapsed(time) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

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
        var firstAttempt = renewedAt;
        while (IsHeld)
        {
            try
            {
                await Task.Delay(pause, time, stopRenewing.Token).ConfigureAwait(false);
                var attempt = ClockReading.Of(time);
                if (Renewal.IsCompleted)
                {
                    firstAttempt = attempt;
                    Volatile.Write(ref renewal, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                await RenewOnceAsync().ConfigureAwait(false);
                Volatile.Write(ref renewedAt, attempt);
                Interlocked.Exchange(ref lastRenewalTicks, firstAttempt.Elapsed(time).Ticks);
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
            catch (TimeoutException)
            {
                // Cancelling the request has closed its connection, so the next attempt gets another one.
                pause = TimeSpan.Zero;
            }
            catch (Exception)
            {
                // A transient error of the storage or of authentication: retry soon, until the lease expires.
                pause = RetryPause < Left ? RetryPause : Left;
            }
        }

        await lost.CancelAsync().ConfigureAwait(false);
    }

    /// <exception cref="TimeoutException">There was no response in time.</exception>
    private async Task RenewOnceAsync()
    {
        using var limit = new CancellationTokenSource(LimitOf(Left), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopRenewing.Token);
        try
        {
            await lease.RenewAsync(cancellationToken: either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !stopRenewing.IsCancellationRequested)
        {
            throw new TimeoutException("The lease was not renewed in time.", e);
        }
    }

    // A third, so that one request without a response leaves time for more of them, but not less than a slow storage needs.
    private static TimeSpan LimitOf(TimeSpan left) => left / 3 > ShortestAttempt ? left / 3 : ShortestAttempt < left ? ShortestAttempt : left;

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
