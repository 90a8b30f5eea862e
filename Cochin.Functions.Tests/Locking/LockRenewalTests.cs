using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Locking;

/// <summary>Leases that are renewed, lost or expired.</summary>
public sealed class LockRenewalTests(AzuriteServer server) : LockTest(server)
{
    [Fact]
    public async Task Renewal_OfABrokenLease_ReportsTheLockAsLost()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var (held, _) = await new BlobLocks(Storage, clock).TryAcquireAsync("scope", Owner, Cancellation);
        await Storage.System.GetBlobClient("locks/scope").GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);

        var lost = WhenFired(held!.Lost);
        clock.Advance(BlobLocks.LeaseDuration / 3);
        await lost.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        held.IsHeld.ShouldBeFalse();
        await held.DisposeAsync();
    }

    [Fact]
    public async Task IsHeld_AfterAPauseLongerThanTheLease_IsFalseBeforeTimersFire()
    {
        var clock = new PausedTimers(TimeProvider.System);
        var (held, _) = await new BlobLocks(Storage, clock).TryAcquireAsync("scope", Owner, Cancellation);
        held!.IsHeld.ShouldBeTrue();

        clock.Jump(BlobLocks.LeaseDuration);

        held.IsHeld.ShouldBeFalse();
        held.Lost.IsCancellationRequested.ShouldBeFalse("no timer has fired yet");
        await held.DisposeAsync();
    }

    [Fact]
    public async Task TryAcquire_SlowResponse_MeasuresTheLeaseFromTheRequest()
    {
        var clock = new PausedTimers(new FakeTimeProvider(DateTimeOffset.UnixEpoch));
        var slow = new InterveningPolicy(request => IsLease(request, "acquire"), () => Jump(clock, TimeSpan.FromSeconds(9)));

        var (held, _) = await new BlobLocks(NewStorage(slow), clock).TryAcquireAsync("scope", Owner, Cancellation);

        slow.Met.ShouldBeTrue();
        held!.IsHeld.ShouldBeTrue();
        clock.Jump(BlobLocks.LeaseDuration - TimeSpan.FromSeconds(9));
        held.IsHeld.ShouldBeFalse();
        await held.DisposeAsync();
    }

    [Fact]
    public async Task Renewal_SlowResponse_MeasuresTheLeaseFromTheRequest()
    {
        var timers = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var clock = new PausedTimers(timers);
        var slow = new InterveningPolicy(request => IsLease(request, "renew"), () => Jump(clock, TimeSpan.FromSeconds(5)));
        var (held, _) = await new BlobLocks(NewStorage(slow), clock).TryAcquireAsync("scope", Owner, Cancellation);

        timers.Advance(BlobLocks.LeaseDuration / 3);
        await Wait.UntilAsync(() => slow.Met, Cancellation);

        // Twenty seconds of the first lease are left. The renewal extends it by ten seconds and not by fifteen.
        clock.Jump(BlobLocks.LeaseDuration / 3 * 2 - TimeSpan.FromSeconds(5));
        await Wait.UntilAsync(() => held!.IsHeld, Cancellation);
        clock.Jump(BlobLocks.LeaseDuration / 3 - TimeSpan.FromMilliseconds(1));
        held!.IsHeld.ShouldBeTrue();
        clock.Jump(TimeSpan.FromMilliseconds(1));
        held.IsHeld.ShouldBeFalse();
        await held.DisposeAsync();
    }

    [Fact]
    public async Task Renewal_TransientError_IsRetriedAfterASecond()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var renewals = 0;
        var refused = new FaultPolicy(request => IsLease(request, "renew") && Interlocked.Increment(ref renewals) == 1, 500, "InternalError");
        var (held, _) = await new BlobLocks(NewStorage(refused), clock).TryAcquireAsync("scope", Owner, Cancellation);

        clock.Advance(BlobLocks.LeaseDuration / 3);
        await Wait.UntilAsync(() => refused.Met, Cancellation);
        await Wait.UntilAsync(() => Volatile.Read(ref renewals) > 1 || Advance(), Cancellation);

        held!.IsHeld.ShouldBeTrue();
        held.Lost.IsCancellationRequested.ShouldBeFalse();
        await held.DisposeAsync();

        bool Advance()
        {
            clock.Advance(TimeSpan.FromMilliseconds(20));
            return false;
        }
    }

    [Fact]
    public async Task Renewal_WithoutAResponse_IsSentAgainWhileTheLeaseIsStillHeld()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var hanging = new HangingRenewals(1);
        var (held, _) = await new BlobLocks(NewStorage(hanging), clock).TryAcquireAsync("scope", Owner, Cancellation);

        clock.Advance(BlobLocks.LeaseDuration / 3);
        await Wait.UntilAsync(() => hanging.Met == 1, Cancellation);
        clock.Advance(BlobLocks.LeaseDuration / 4);
        await Wait.UntilAsync(() => hanging.Met == 2, Cancellation);
        await held!.Renewal.WaitAsync(Cancellation);
        clock.Advance(BlobLocks.LeaseDuration / 2);

        held.IsHeld.ShouldBeTrue("the second attempt renewed the lease");
        held.Lost.IsCancellationRequested.ShouldBeFalse();
        await held.DisposeAsync();
    }

    [Fact]
    public async Task Renewal_NeverAnswered_ReportsTheLockAsLostWhenTheLeaseEnds()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var hanging = new HangingRenewals(int.MaxValue);
        var (held, _) = await new BlobLocks(NewStorage(hanging), clock).TryAcquireAsync("scope", Owner, Cancellation);
        var lost = WhenFired(held!.Lost);
        var end = clock.GetUtcNow() + BlobLocks.LeaseDuration;

        await Wait.UntilAsync(() => lost.IsCompleted || Advance(), Cancellation);

        clock.GetUtcNow().ShouldBeInRange(end, end + TimeSpan.FromSeconds(1));
        hanging.Met.ShouldBeInRange(3, 12);
        await held.DisposeAsync();

        bool Advance()
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return false;
        }
    }

    [Fact]
    public async Task Renewal_FailsBeforeItIsSent_IsRetriedAfterASecond()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var renewals = 0;
        var failing = new InterveningPolicy(IsRenewal, () => throw new InvalidOperationException("No token."));
        var (held, _) = await new BlobLocks(NewStorage(failing), clock).TryAcquireAsync("scope", Owner, Cancellation);

        clock.Advance(BlobLocks.LeaseDuration / 3);
        await Wait.UntilAsync(() => failing.Met, Cancellation);
        await Wait.UntilAsync(() => Volatile.Read(ref renewals) > 1 || Advance(), Cancellation);

        held!.IsHeld.ShouldBeTrue();
        await held.DisposeAsync();
        (await new BlobLocks(Storage, clock).FindHolderAsync("scope", Cancellation)).ShouldBeNull();

        bool IsRenewal(Request request)
        {
            var isRenewal = IsLease(request, "renew");
            Interlocked.Add(ref renewals, isRenewal ? 1 : 0);
            return isRenewal;
        }

        bool Advance()
        {
            clock.Advance(TimeSpan.FromMilliseconds(20));
            return false;
        }
    }

    [Fact]
    public async Task Renewal_KeepsTheLeaseAlive()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var renewals = new CountingPolicy(request => IsLease(request, "renew"));
        var (held, _) = await new BlobLocks(NewStorage(renewals), clock).TryAcquireAsync("scope", Owner, Cancellation);

        // Longer than the lease, in small steps: a renewal takes real time, but the lease expires by the fake clock.
        for (var second = 0; second < BlobLocks.LeaseDuration.TotalSeconds * 1.5; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(100, Cancellation);
        }

        renewals.Count.ShouldBeGreaterThan(2);
        held!.IsHeld.ShouldBeTrue();
        await held.DisposeAsync();
    }

    private static Task Jump(PausedTimers clock, TimeSpan by)
    {
        clock.Jump(by);
        return Task.CompletedTask;
    }

    private static Task WhenFired(CancellationToken token)
    {
        var fired = new TaskCompletionSource();
        token.Register(fired.SetResult);
        return fired.Task;
    }

    /// <summary>The first renewals are never answered.</summary>
    private sealed class HangingRenewals(int count) : HttpPipelinePolicy
    {
        private int met;

        public int Met => Volatile.Read(ref met);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (IsLease(message.Request, "renew") && Interlocked.Increment(ref met) <= count)
            {
                await Task.Delay(Timeout.Infinite, message.CancellationToken);
            }

            await ProcessNextAsync(message, pipeline);
        }
    }
}
