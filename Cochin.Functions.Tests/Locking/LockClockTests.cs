using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Locking;

/// <summary>Locks when the monotonic and the wall clock disagree.</summary>
public sealed class LockClockTests(AzuriteServer server) : LockTest(server)
{
    [Fact]
    public async Task IsHeld_AfterTheSystemWasSuspended_IsFalse()
    {
        var clock = new PausedTimers(TimeProvider.System);
        var (held, _) = await new BlobLocks(Storage, clock).TryAcquireAsync("scope", Owner, Cancellation);

        clock.Suspend(BlobLocks.LeaseDuration);

        held!.IsHeld.ShouldBeFalse();
        await held.DisposeAsync();
    }

    [Fact]
    public async Task IsHeld_AfterTheWallClockWasSetBack_DependsOnTheMonotonicClock()
    {
        var clock = new PausedTimers(TimeProvider.System);
        var (held, _) = await new BlobLocks(Storage, clock).TryAcquireAsync("scope", Owner, Cancellation);

        clock.Suspend(TimeSpan.FromHours(-1));

        held!.IsHeld.ShouldBeTrue();
        clock.Jump(BlobLocks.LeaseDuration);
        held.IsHeld.ShouldBeFalse();
        await held.DisposeAsync();
    }
}
