using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class AdaptiveConcurrencyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Successes_BeforeAnyOverload_DoubleTheLevelEachRound()
    {
        var concurrency = New(most: 16, start: 4);

        await RoundAsync(concurrency, 4, slot => slot.Succeeded());
        concurrency.Level.ShouldBe(8);
        await RoundAsync(concurrency, 8, slot => slot.Succeeded());
        concurrency.Level.ShouldBe(16);
        await RoundAsync(concurrency, 16, slot => slot.Succeeded());

        concurrency.Level.ShouldBe(16);
    }

    [Theory]
    [InlineData(9, 9)]
    [InlineData(2, 4)]
    [InlineData(100, 16)]
    public void RaiseTo_NeverLowersTheLevelOrExceedsTheMaximum(int newLevel, int expected)
    {
        var concurrency = New(most: 16, start: 4);

        concurrency.RaiseTo(newLevel);

        concurrency.Level.ShouldBe(expected);
    }

    [Fact]
    public async Task RaiseTo_LetsWaitingRequestsIn()
    {
        var concurrency = New(most: 16, start: 1);
        using var first = await concurrency.EnterAsync(Cancellation);
        var second = concurrency.EnterAsync(Cancellation);
        second.IsCompleted.ShouldBeFalse();

        concurrency.RaiseTo(2);

        (await second.WaitAsync(Cancellation)).Dispose();
    }

    [Fact]
    public void RaiseTo_AfterAnOverload_ChangesNothing()
    {
        var concurrency = New(most: 16, start: 4);
        concurrency.Observe(success: false);

        concurrency.RaiseTo(9);

        concurrency.Level.ShouldBe(2);
    }

    [Fact]
    public async Task Overload_SeveralInOneRound_HalveTheLevelOnce()
    {
        var concurrency = New(most: 16, start: 16);

        await RoundAsync(concurrency, 16, slot => slot.Overloaded());

        concurrency.Level.ShouldBe(8);
    }

    [Fact]
    public async Task Successes_AfterAnOverload_RaiseTheLevelByOneEachRound()
    {
        var concurrency = New(most: 16, start: 8);

        await RoundAsync(concurrency, 1, slot => slot.Overloaded());
        concurrency.Level.ShouldBe(4);
        await RoundAsync(concurrency, 4, slot => slot.Succeeded());
        concurrency.Level.ShouldBe(5);
        await RoundAsync(concurrency, 5, slot => slot.Succeeded());
        await RoundAsync(concurrency, 5, slot => slot.Succeeded());

        concurrency.Level.ShouldBe(6);
    }

    [Fact]
    public async Task Overload_AtTheLowestLevel_KeepsOne()
    {
        var concurrency = New(most: 4, start: 1);

        await RoundAsync(concurrency, 1, slot => slot.Overloaded());

        concurrency.Level.ShouldBe(1);
        using var slot = await concurrency.EnterAsync(Cancellation);
    }

    [Fact]
    public async Task Success_StartedBeforeTheOverload_DoesNotRaiseTheLevel()
    {
        var concurrency = New(most: 16, start: 2);
        using var early = await concurrency.EnterAsync(Cancellation);

        await RoundAsync(concurrency, 1, slot => slot.Overloaded());
        early.Succeeded();
        early.Dispose();

        concurrency.Level.ShouldBe(1);
    }

    [Fact]
    public async Task Slot_WithoutAResult_ChangesNothing()
    {
        var concurrency = New(most: 16, start: 2);

        await RoundAsync(concurrency, 2, _ => { });

        concurrency.Level.ShouldBe(2);
    }

    [Fact]
    public async Task Enter_MoreThanTheLevel_Wait()
    {
        var concurrency = New(most: 2, start: 2);
        var first = await concurrency.EnterAsync(Cancellation);
        using var second = await concurrency.EnterAsync(Cancellation);
        var third = concurrency.EnterAsync(Cancellation);
        var fourth = concurrency.EnterAsync(Cancellation);
        third.IsCompleted.ShouldBeFalse();

        first.Dispose();
        first.Dispose();

        (await third).Dispose();
        (await fourth).Dispose();
    }

    [Fact]
    public async Task Enter_AfterTheLevelFell_WaitsUntilFewerAreInFlight()
    {
        var concurrency = New(most: 4, start: 4);
        var slots = new List<ConcurrencySlot>();
        for (var i = 0; i < 4; i++)
        {
            slots.Add(await concurrency.EnterAsync(Cancellation));
        }

        var waiting = concurrency.EnterAsync(Cancellation);
        slots[0].Overloaded();
        slots[0].Dispose();
        slots[1].Dispose();
        waiting.IsCompleted.ShouldBeFalse();
        slots[2].Dispose();

        (await waiting).Dispose();
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_TakesNoSlot()
    {
        var concurrency = New(most: 1, start: 1);
        var first = await concurrency.EnterAsync(Cancellation);
        using var impatience = new CancellationTokenSource();
        var cancelled = concurrency.EnterAsync(impatience.Token);
        var patient = concurrency.EnterAsync(Cancellation);

        await impatience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
        first.Dispose();

        (await patient).Dispose();
    }

    private static AdaptiveConcurrency New(int most, int start) => new(most, start);

    private static async Task RoundAsync(AdaptiveConcurrency concurrency, int count, Action<ConcurrencySlot> learn)
    {
        var slots = new List<ConcurrencySlot>();
        for (var i = 0; i < count; i++)
        {
            slots.Add(await concurrency.EnterAsync(Cancellation));
        }

        foreach (var slot in slots)
        {
            learn(slot);
            slot.Dispose();
        }
    }
}
