using Cochin.Functions.Status.Page;

namespace Cochin.Functions.Tests.Status.Page;

public sealed class PageTextTests
{
    [Theory]
    [InlineData("plain é 漢字 🚀", "plain é 漢字 🚀")]
    [InlineData("two\r\n\tlines\u2028here", "two lines here")]
    [InlineData("bell\u0007 null\0", "bell\uFFFD null\uFFFD")]
    [InlineData("invoice\u202Efdp.exe", "invoice\uFFFDfdp.exe")]
    [InlineData("a\u2066b\u200Fc\u200Bd\uFEFF", "a\uFFFDb\uFFFDc\uFFFDd\uFFFD")]
    [InlineData("👩\u200D🚀", "👩\u200D🚀")]
    [InlineData("<script>", "<script>")]
    [InlineData("  around  ", "around")]
    [InlineData("", "")]
    public void Clean_OfAText_IsOneLineThatShowsAllOfItself(string text, string clean) => PageText.Clean(text).ShouldBe(clean);

    [Fact]
    public void Clean_OfHalfACharacter_HasNoHalf() => PageText.Clean("a\uD83Db\uDE80").ShouldBe("a\uFFFDb\uFFFD");

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
