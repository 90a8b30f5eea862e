using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks;

public sealed class ProblemsTests
{
    [Fact]
    public void List_Few_NamesAll() => Problems.List(["a: broken", "b: broken"]).ShouldBe("a: broken; b: broken");

    [Fact]
    public void List_VeryMany_FitsTheColumnAndTellsHowManyMore()
    {
        var text = Problems.List([.. Enumerable.Range(0, 1_000).Select(i => $"backup/{i:0000}: {new string('x', 90)}")]);

        text.Length.ShouldBeLessThan(5_000);
        text.ShouldEndWith("more (see the run's warnings)");
    }
}
