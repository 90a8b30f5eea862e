using Cochin.Functions.Tasks.SyncDjango.Files;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

public sealed class BufferPoolTests
{
    private const int Kibibyte = 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RentAsync_AtTheLimit_WaitsForABufferToBeReturned()
    {
        var pool = new BufferPool(8 * Kibibyte);
        var first = await pool.RentAsync(4 * Kibibyte, Cancellation);
        var second = await pool.RentAsync((2 * Kibibyte) + 1, Cancellation);

        var third = pool.RentAsync(1, Cancellation);

        pool.Used.ShouldBe(8 * Kibibyte, "an array of 4 KiB is rented for the second one");
        third.IsCompleted.ShouldBeFalse();
        first.Dispose();
        first.Dispose();
        (await third).Bytes.Length.ShouldBe(1);
        pool.Used.ShouldBe((4 * Kibibyte) + 1);
        second.Dispose();
        (await third).Dispose();
        pool.Used.ShouldBe(0);
    }

    [Fact]
    public async Task RentAsync_LargerThanTheLimit_GetsOneBufferAtATime()
    {
        var pool = new BufferPool(Kibibyte);
        var first = await pool.RentAsync(4 * Kibibyte, Cancellation);

        var second = pool.RentAsync(4 * Kibibyte, Cancellation);

        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Bytes.Length.ShouldBe(4 * Kibibyte);
    }

    [Fact]
    public async Task RentAsync_Cancelled_LeavesItsPlaceToTheNext()
    {
        var pool = new BufferPool(Kibibyte);
        using var cancel = new CancellationTokenSource();
        var first = await pool.RentAsync(Kibibyte, Cancellation);
        var cancelled = pool.RentAsync(Kibibyte, cancel.Token);
        var next = pool.RentAsync(Kibibyte, Cancellation);

        await cancel.CancelAsync();
        first.Dispose();

        (await next).Bytes.Length.ShouldBe(Kibibyte);
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        await Should.ThrowAsync<OperationCanceledException>(() => pool.RentAsync(1, cancel.Token));
        pool.Used.ShouldBe(Kibibyte);
    }
}
