using Cochin.Functions.Formatting;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;

namespace Cochin.Functions.Tests.Notifications.Discord;

public sealed class DiscordFormatterTests
{
    private static readonly Card Plain = new() { Title = "Title", Text = "Text", Color = CardColor.Good, Reference = "Reference" };

    [Theory]
    [InlineData("D-2026_014", "D-2026_014")]
    [InlineData("**fat** _slanted_", @"\*\*fat\*\* \_slanted\_")]
    [InlineData("D_1_ a__b__", @"D_1\_ a\_\_b\_\_")]
    [InlineData("# heading", @"\# heading")]
    [InlineData("[link](https://evil.example)", @"\[link\](https\://evil.example)")]
    [InlineData("<@1234> <#5>", @"\<@1234> \<#5>")]
    [InlineData("line\nbreak\u0007", "line break\uFFFD")]
    [InlineData("turned \u202Etxt", "turned \uFFFDtxt")]
    [InlineData("   ", "")]
    [InlineData(null, "")]
    public void Escape_ShowsTheTextAsItIs(string? text, string expected) => DiscordFormatter.Escape(ForeignText.Short(text, 200)).ShouldBe(expected);

    [Fact]
    public void Escape_SeveralLines_EscapesTheStartOfEach() => DiscordFormatter.Escape("one\n# two\n> three").ShouldBe("one\n\\# two\n\\> three");

    [Fact]
    public void Write_MarkupAnywhere_IsEscapedButInCommandAndReference()
    {
        const string Foreign = "**[x](http://evil)** `rm` @everyone";
        var fields = new[] { new CardField(Foreign, Foreign), CardField.Command("Next", "./cochin explain `x`\n") };
        var card = new Card { Title = Foreign, Text = Foreign, Color = CardColor.Trouble, Fields = fields, Reference = "*a*" };

        var embed = DiscordFormatter.Write(card);

        string[] texts = [embed.Title, embed.Description, embed.Fields[0].Name, embed.Fields[0].Value];
        texts.ShouldAllBe(text => text == @"\*\*\[x\](http\://evil)\*\* \`rm\` @everyone");
        embed.Fields[1].Value.ShouldBe("`./cochin explain 'x'`");
        embed.Footer.Text.ShouldBe("*a*");
    }

    [Fact]
    public void Write_TooMuchOfEverything_KeepsDiscordsLimits()
    {
        var much = new string('é', 10_000);
        var fields = Enumerable.Repeat(new CardField(much, much), 40).ToArray();
        var card = new Card { Title = much, Text = much, Color = CardColor.Good, Fields = fields, Reference = much };

        var embed = DiscordFormatter.Write(card);

        (embed.Title.Length, embed.Description.Length, embed.Fields.Count, embed.Footer.Text.Length).ShouldBe((256, 2_000, 25, 500));
        embed.Fields.ShouldAllBe(field => field.Name.Length == 256 && field.Value.Length == 500);
    }

    [Fact]
    public void Write_NothingToShow_IsADash() => DiscordFormatter.Write(Plain with { Title = " \n" }).Title.ShouldBe("—");

    [Fact]
    public void Pack_SmallCards_TakesTenAMessage() =>
        DiscordFormatter.Pack(Enumerable.Range(0, 21), _ => Plain).Select(message => message.Count).ShouldBe([10, 10, 1]);

    [Fact]
    public void Pack_LargeCards_TakesAsManyAsTheCharactersAllow() =>
        DiscordFormatter.Pack(Enumerable.Range(0, 5), _ => Plain with { Text = new string('a', 2_000) }).Select(message => message.Count).ShouldBe([2, 2, 1]);
}
