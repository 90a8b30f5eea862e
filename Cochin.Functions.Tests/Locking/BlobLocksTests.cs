using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Locking;

public sealed class BlobLocksTests(AzuriteServer server) : LockTest(server)
{
    [Fact]
    public async Task TryAcquire_Free_AcquiresItAndRecordsTheHolder()
    {
        var locks = new BlobLocks(Storage, TimeProvider.System);

        var (held, _) = await locks.TryAcquireAsync("scope", Owner, Cancellation);

        await using (held.ShouldNotBeNull())
        {
            held.IsHeld.ShouldBeTrue();
            (await locks.FindHolderAsync("scope", Cancellation)).ShouldBe(Owner);
        }
    }

    [Fact]
    public async Task TryAcquire_HeldByAnother_ReturnsTheHolder()
    {
        var (held, _) = await new BlobLocks(Storage, TimeProvider.System).TryAcquireAsync("scope", Owner, Cancellation);

        var (second, holder) = await new BlobLocks(NewStorage(), TimeProvider.System).TryAcquireAsync("scope", Owner with { RunId = "run-2" }, Cancellation);

        second.ShouldBeNull();
        holder.ShouldBe(Owner);
        await held!.DisposeAsync();
    }

    [Fact]
    public async Task Dispose_HeldLock_ReleasesItAndKeepsTheBlob()
    {
        var locks = new BlobLocks(Storage, TimeProvider.System);
        var (held, _) = await locks.TryAcquireAsync("scope", Owner, Cancellation);

        await held!.DisposeAsync();

        (await locks.FindHolderAsync("scope", Cancellation)).ShouldBeNull();
        (await Storage.System.GetBlobClient("locks/scope").ExistsAsync(Cancellation)).Value.ShouldBeTrue();
        var (again, _) = await locks.TryAcquireAsync("scope", Owner, Cancellation);
        await again.ShouldNotBeNull().DisposeAsync();
    }

    [Fact]
    public async Task Dispose_LockTakenByAnotherHolder_DoesNotReleaseIt()
    {
        var locks = new BlobLocks(Storage, TimeProvider.System);
        var (held, _) = await locks.TryAcquireAsync("scope", Owner, Cancellation);
        await Storage.System.GetBlobClient("locks/scope").GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);
        var (others, _) = await locks.TryAcquireAsync("scope", Owner with { RunId = "other" }, Cancellation);

        await held!.DisposeAsync();

        (await locks.FindHolderAsync("scope", Cancellation)).ShouldNotBeNull().RunId.ShouldBe("other");
        await others.ShouldNotBeNull().DisposeAsync();
    }

    [Fact]
    public async Task FindHolder_NeverLocked_IsNull() =>
        (await new BlobLocks(Storage, TimeProvider.System).FindHolderAsync("scope", Cancellation)).ShouldBeNull();

    [Fact]
    public async Task TryAcquire_ConcurrentlyOnEmptyStorage_OneSucceeds()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            new BlobLocks(NewStorage(), TimeProvider.System).TryAcquireAsync("scope", Owner with { RunId = $"run-{i}" }, Cancellation)));

        attempts.Count(attempt => attempt.Lock is not null).ShouldBe(1);
        await Array.Find(attempts, attempt => attempt.Lock is not null).Lock!.DisposeAsync();
    }

    [Fact]
    public async Task TryAcquire_CancelledWhileTheLeaseIsGranted_LeavesNoLease()
    {
        var locks = new BlobLocks(Storage, TimeProvider.System);
        var (first, _) = await locks.TryAcquireAsync("scope", Owner, Cancellation);
        await first!.DisposeAsync();
        using var stop = new CancellationTokenSource();
        var cancel = new InterveningPolicy(request => IsLease(request, "acquire"), stop.CancelAsync);

        await Should.ThrowAsync<OperationCanceledException>(() =>
            new BlobLocks(NewStorage(cancel), TimeProvider.System).TryAcquireAsync("scope", Owner, stop.Token));

        cancel.Met.ShouldBeTrue();
        (await locks.FindHolderAsync("scope", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Dispose_ReleaseFailsBeforeItIsSent_DoesNotThrow()
    {
        var failing = new InterveningPolicy(request => IsLease(request, "release"), () => throw new InvalidOperationException("No token."), times: 10);
        var (held, _) = await new BlobLocks(NewStorage(failing), TimeProvider.System).TryAcquireAsync("scope", Owner, Cancellation);

        await held!.DisposeAsync();

        failing.Met.ShouldBeTrue();
    }

    [Fact]
    public async Task TryAcquire_MetadataCantBeWritten_LeavesNoLease()
    {
        var refused = new FaultPolicy(request => request.Uri.Query.Contains("comp=metadata", StringComparison.Ordinal), 403, "AuthorizationFailure");

        await Should.ThrowAsync<global::Azure.RequestFailedException>(() =>
            new BlobLocks(NewStorage(refused), TimeProvider.System).TryAcquireAsync("scope", Owner, Cancellation));

        refused.Met.ShouldBeTrue();
        (await new BlobLocks(Storage, TimeProvider.System).FindHolderAsync("scope", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task TryBreak_LockTakenByAnotherHolderMeanwhile_DoesNotBreakIt()
    {
        var locks = new BlobLocks(Storage, TimeProvider.System);
        var (held, _) = await locks.TryAcquireAsync("scope", Owner, Cancellation);
        BlobLock? others = null;
        var change = new InterveningPolicy(request => IsLease(request, "break"), async () =>
        {
            await held!.DisposeAsync();
            (others, _) = await locks.TryAcquireAsync("scope", Owner with { RunId = "other" }, Cancellation);
        });

        var isBroken = await new BlobLocks(NewStorage(change), TimeProvider.System).TryBreakAsync("scope", Owner, Cancellation);

        change.Met.ShouldBeTrue();
        isBroken.ShouldBeFalse();
        (await locks.FindHolderAsync("scope", Cancellation)).ShouldNotBeNull().RunId.ShouldBe("other");
        await others.ShouldNotBeNull().DisposeAsync();
    }
}
