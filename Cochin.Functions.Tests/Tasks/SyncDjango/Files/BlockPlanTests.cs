using Cochin.Functions.Tasks.SyncDjango.Files;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

public sealed class BlockPlanTests
{
    private const int Mebibyte = 1024 * 1024;
    private const long Gigabyte = 1_000_000_000;

    [Theory]
    [InlineData(0, 4, 0)]
    [InlineData(1, 4, 1)]
    [InlineData(4 * Mebibyte, 4, 1)]
    [InlineData((4 * Mebibyte) + 1, 4, 2)]
    [InlineData(100 * Gigabyte, 4, 23_842)]
    [InlineData(4L * Mebibyte * 50_000, 4, 50_000)]
    [InlineData((4L * Mebibyte * 50_000) + 1, 8, 25_001)]
    [InlineData(10_000 * Gigabyte, 256, 37_253)]
    public void Size_OfAFile_GrowsWithIt(long fileSize, int mebibytes, int count)
    {
        var plan = new BlockPlan(fileSize);

        plan.Size.ShouldBe(mebibytes * Mebibyte);
        plan.Count.ShouldBe(count);
        plan.Count.ShouldBeLessThanOrEqualTo(BlockPlan.MaxCount);
        if (count > 0)
        {
            (plan.OffsetOf(count - 1) + plan.LengthOf(count - 1)).ShouldBe(fileSize);
        }
    }

    [Fact]
    public void IdOf_Block_DependsOnItsNumberAndContent()
    {
        string[] ids = [BlockPlan.IdOf(0, [1]), BlockPlan.IdOf(1, [1]), BlockPlan.IdOf(0, [2]), BlockPlan.IdOf(49_999, new byte[4 * Mebibyte])];

        ids.Distinct().Count().ShouldBe(4);
        ids.ShouldAllBe(id => Convert.FromBase64String(id).Length == 48);
        BlockPlan.IdOf(0, [1]).ShouldBe(ids[0]);
    }
}
