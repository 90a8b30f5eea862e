using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class PartialReadsTests
{
    // Each part is a path. It has two pages, and the whole ("") consists of two parts.
    private static readonly Dictionary<string, string[]> Rest = new()
    {
        [""] = ["a", "b"], ["a"] = ["a/2"], ["a/2"] = [], ["b"] = ["b/2"], ["b/2"] = [], ["c"] = [],
    };

    private readonly TaskCompletionSource areTwoReading = new();
    private int reading;
    private bool waitsForTwo;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_OneAtATime_AreInOrder()
    {
        var reads = new PartialReads<string, string>(["", "c"], concurrency: 1, ReadAsync);

        var pages = await reads.PagesAsync(Cancellation).Select(page => page.Page).ToListAsync(Cancellation);

        pages.ShouldBe(["page ", "page a", "page a/2", "page b", "page b/2", "page c"]);
        areTwoReading.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Pages_SeveralAtATime_AreComplete()
    {
        waitsForTwo = true;
        var reads = new PartialReads<string, string>(["", "c"], concurrency: 3, ReadAsync);

        var pages = await reads.PagesAsync(Cancellation).Select(page => page.Part).ToListAsync(Cancellation);

        pages.Order(StringComparer.Ordinal).ShouldBe(["", "a", "a/2", "b", "b/2", "c"]);
        pages.IndexOf("a").ShouldBeLessThan(pages.IndexOf("a/2"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Left_AfterAnyPage_IsTheRest(int concurrency)
    {
        for (var count = 1; count <= Rest.Count; count++)
        {
            var first = new PartialReads<string, string>(["", "c"], concurrency, ReadAsync);
            var before = await first.PagesAsync(Cancellation).Take(count).Select(page => page.Part).ToListAsync(Cancellation);

            var second = new PartialReads<string, string>(first.Left, concurrency, ReadAsync);
            var after = await second.PagesAsync(Cancellation).Select(page => page.Part).ToListAsync(Cancellation);

            before.Concat(after).Order(StringComparer.Ordinal).ShouldBe(["", "a", "a/2", "b", "b/2", "c"]);
            second.Left.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Pages_FailedRead_EndsTheOthersAndIsReported()
    {
        var stopped = new TaskCompletionSource();
        var reads = new PartialReads<string, string>(["a", "bad"], concurrency: 2, async (part, token) =>
        {
            if (part == "bad")
            {
                await Task.Yield();
                throw new IOException("broken");
            }

            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                stopped.SetResult();
            }

            return null!;
        });

        await Should.ThrowAsync<IOException>(async () => await reads.PagesAsync(Cancellation).ToListAsync(Cancellation));

        stopped.Task.IsCompleted.ShouldBeTrue("no read may go on");
    }

    private async Task<PartPage<string, string>> ReadAsync(string part, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref reading) == 2)
        {
            areTwoReading.TrySetResult();
        }

        await (waitsForTwo ? areTwoReading.Task.WaitAsync(cancellationToken) : Task.CompletedTask);
        await Task.Yield();
        Interlocked.Decrement(ref reading);
        return new(part, "page " + part, Rest[part]);
    }
}
