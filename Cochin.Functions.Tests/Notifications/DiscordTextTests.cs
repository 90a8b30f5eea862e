using System.Text;
using Cochin.Functions.Notifications;
using CsCheck;

namespace Cochin.Functions.Tests.Notifications;

public sealed class DiscordTextTests
{
    [Theory]
    [InlineData("D-2026_014", "D-2026_014")]
    [InlineData("**fat** _slanted_", @"\*\*fat\*\* \_slanted\_")]
    [InlineData("D_1_ a__b__", @"D_1\_ a\_\_b\_\_")]
    [InlineData("# heading", @"\# heading")]
    [InlineData("[link](https://evil.example)", @"\[link\](https\://evil.example)")]
    [InlineData("<@1234> <#5>", @"\<@1234> \<#5>")]
    [InlineData("line\nbreak\u0007", "line break")]
    [InlineData("turned \u202Etxt", "turned  txt")]
    [InlineData("   ", "")]
    [InlineData(null, "")]
    public void Plain_ShowsTheTextAsItIs(string? text, string expected) => DiscordText.Plain(text).ShouldBe(expected);

    [Fact]
    public void Unformatted_OnlyLosesControlCharacters() => DiscordText.Unformatted("*D* #1\u202Etxt\n", 50).ShouldBe("*D* #1 txt ");

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
            var cut = DiscordText.Cut(text, limit);

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

            var cut = DiscordText.Cut(whole, limit);

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
