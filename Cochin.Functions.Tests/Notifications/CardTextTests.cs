using System.Text;
using Cochin.Functions.Notifications;
using CsCheck;

namespace Cochin.Functions.Tests.Notifications;

public sealed class CardTextTests
{
    [Fact]
    public void Line_OnlyLosesControlCharacters() => CardText.Line("*D* #1\u202Etxt\n", 50).ShouldBe("*D* #1 txt");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(51)]
    public void Cut_EndlessCharacterOfSurrogatePairs_LeavesNoHalf(int limit)
    {
        var heap = "a" + string.Concat(Enumerable.Repeat("\U0001D165", 100));

        foreach (var text in new[] { heap, heap[1..] })
        {
            var cut = CardText.Cut(text, limit);

            cut.Length.ShouldBeLessThanOrEqualTo(limit);
            cut.EnumerateRunes().ShouldNotContain(Rune.ReplacementChar);
        }
    }

    [Fact]
    public void Cut_AnyText_KeepsTheLimitAndBreaksNoCharacter()
    {
        var texts = Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.Const('é')), 0, 40];
        Gen.Select(texts, Gen.Int[0, 5], Gen.Int[2, 30]).Sample((text, emojis, limit) =>
        {
            var whole = string.Concat(Enumerable.Repeat("👨‍👩‍👧", emojis)) + text;

            var cut = CardText.Cut(whole, limit);

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
