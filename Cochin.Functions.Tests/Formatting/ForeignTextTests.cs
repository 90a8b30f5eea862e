using System.Text;
using Cochin.Functions.Formatting;
using CsCheck;

namespace Cochin.Functions.Tests.Formatting;

public sealed class ForeignTextTests
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
    public void Short_AnyText_IsCleaned(string text, string clean) => ForeignText.Short(text, 300).ShouldBe(clean);

    [Fact]
    public void OneLine_LoneSurrogates_AreReplaced() => ForeignText.OneLine("a\uD83Db\uDE80").ShouldBe("a\uFFFDb\uFFFD");

    [Fact]
    public void Lines_SeveralLines_KeepsOnlyTheirLineBreaks() => ForeignText.Lines("  one\r\ntwo\u2028three\u001b[2J").ShouldBe("  one\ntwo three\uFFFD[2J");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(51)]
    public void Cut_GraphemeLongerThanTheLimit_KeepsSurrogatePairs(int limit)
    {
        var grapheme = "a" + string.Concat(Enumerable.Repeat("\U0001D165", 100));

        foreach (var text in new[] { grapheme, grapheme[1..] })
        {
            var cut = ForeignText.Truncate(text, limit);

            cut.Length.ShouldBeLessThanOrEqualTo(limit);
            cut.EnumerateRunes().ShouldNotContain(Rune.ReplacementChar);
        }
    }

    [Fact]
    public void Cut_AnyText_KeepsTheLimitAndGraphemes()
    {
        var texts = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Const('é')), 0, 40];
        Gen.Select(texts, Gen.Int[0, 5], Gen.Int[2, 30]).Sample((text, emojis, limit) =>
        {
            var whole = string.Concat(Enumerable.Repeat("👨‍👩‍👧", emojis)) + text;

            var cut = ForeignText.Truncate(whole, limit);

            cut.Length.ShouldBeLessThanOrEqualTo(limit);
            if (whole.Length <= limit)
            {
                cut.ShouldBe(whole);
            }
            else
            {
                cut.ShouldEndWith("…");
                whole.ShouldStartWith(cut[..^1]);
            }
        }, iter: 2_000);
    }
}
