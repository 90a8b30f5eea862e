using System.Text;
using System.Text.Json;
using Cochin.Functions.Notifications.Discord;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Discord's limits for a message; no mentions, and no markup from a quote.</summary>
internal static class DiscordRules
{
    // https://discord.com/developers/docs/resources/message#embed-object-embed-limits
    public static void ShouldHold(JsonElement message)
    {
        message.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        message.TryGetProperty("content", out _).ShouldBeFalse();
        var cards = message.GetProperty("embeds").EnumerateArray().ToList();
        cards.Count.ShouldBeInRange(1, DiscordFormatter.MaxEmbeds);
        var characters = 0;
        foreach (var card in cards)
        {
            var title = Text(card, "title", 256);
            var texts = new StringBuilder(title).Append(Text(card, "description", 4_096));
            characters += Text(card, "footer", 2_048).Length;
            foreach (var field in card.GetProperty("fields").EnumerateArray())
            {
                texts.Append(Text(field, "name", 256)).Append(Text(field, "value", 1_024));
            }

            characters += texts.Length;
            if (title.StartsWith("Devis", StringComparison.Ordinal))
            {
                texts.ToString().ShouldNotMatch(@"(?<!\\)(?:\\\\)*[\[*`~|<]|(?<!\\)://");
            }
        }

        characters.ShouldBeLessThanOrEqualTo(DiscordFormatter.MaxCharacters);

        static string Text(JsonElement of, string name, int longest)
        {
            var value = of.GetProperty(name) is { ValueKind: JsonValueKind.Object } footer
                ? footer.GetProperty("text").GetString()!
                : of.GetProperty(name).GetString()!;
            value.Length.ShouldBeInRange(1, longest);
            value.Trim().ShouldNotBeEmpty();
            return value;
        }
    }
}
