using Cochin.Functions.Tasks.SyncDjango;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

public sealed class BatchSizeTests
{
    private readonly BatchSize size = new();

    [Fact]
    public void Record_FastBatches_GrowsToTheMaximumOfTheService()
    {
        Record(0.2, batches: 5);

        size.Next.ShouldBe(100);
    }

    [Fact]
    public void Record_LastBatchOfFewRows_SaysNothingAboutLargerOnes()
    {
        var before = size.Next;

        size.Record(TimeSpan.FromSeconds(0.1), rows: 1);

        size.Next.ShouldBe(before);
    }

    [Fact]
    public void Record_BatchOfOneToTwoSeconds_KeepsTheSize()
    {
        var before = size.Next;

        Record(1.9);

        size.Next.ShouldBe(before);
    }

    [Fact]
    public void Record_SlowBatch_ShrinksToOneSecondAtOnce()
    {
        Record(0.2, batches: 5);

        Record(10);

        size.Next.ShouldBe(10);
    }

    [Fact]
    public void Record_VerySlowBatches_KeepsSomeRows()
    {
        Record(60, batches: 5);

        size.Next.ShouldBe(5);
        Record(0.2);
        size.Next.ShouldBe(10);
    }

    private void Record(double seconds, int batches = 1)
    {
        for (var i = 0; i < batches; i++)
        {
            size.Record(TimeSpan.FromSeconds(seconds), size.Next);
        }
    }
}
