using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class PageTextTests
{
    [Theory]
    [InlineData("x")]
    [InlineData("🚀")]
    [InlineData("<")]
    public void Clean_OfTenThousandCharacters_IsCutBetweenThem(string piece)
    {
        var clean = PageText.Clean(string.Concat(Enumerable.Repeat(piece, 10_000)));

        clean.Length.ShouldBeInRange(PageText.TextLimit - 1, PageText.TextLimit + 1);
        clean.ShouldEndWith(piece + "…");
    }
}
