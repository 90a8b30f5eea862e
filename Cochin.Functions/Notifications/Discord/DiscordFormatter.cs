using System.Text;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>Formats cards as Discord embeds: escapes markup and applies the length limits.</summary>
/// <remarks>https://discord.com/developers/docs/resources/message#embed-object-embed-limits</remarks>
internal static class DiscordFormatter
{
    /// <summary>The maximum number of embeds in a message.</summary>
    public const int MaxEmbeds = 10;

    /// <summary>The maximum number of characters in all embeds of a message.</summary>
    public const int MaxCharacters = 6_000;

    private const int MaxFields = 25;
    private const int MaxTitleLength = 256;

    // Below Discord's limits, so that ten cards usually fit into one message.
    private const int MaxTextLength = 2_000;
    private const int MaxValueLength = 500;

    // The characters of formatting, quotes, links and mentions. `://` is escaped as well, because Discord turns it into a link.
    private const string Markup = @"\*~`|[]<";
    private const string MarkupAtStart = "#->";

    public static DiscordEmbed Write(Card card) => new(
        Format(card.Title, MaxTitleLength),
        Format(card.Text, MaxTextLength),
        card.Color switch
        {
            CardColor.Good => 0x3BA55D,
            CardColor.Warning => 0xFAA61A,
            _ => 0xED4245,
        },
        [.. card.Fields.Take(MaxFields).Select(Write)],

        // Discord does not format the footer.
        new DiscordFooter(ForeignText.Short(card.Reference, MaxValueLength)));

    /// <inheritdoc cref="Channel.Pack"/>
    public static IEnumerable<IReadOnlyList<T>> Pack<T>(IEnumerable<T> items, Func<T, Card> write)
    {
        var message = new List<T>();
        var characters = 0;
        foreach (var item in items)
        {
            var added = Count(Write(write(item)));
            if (message.Count == MaxEmbeds || (message.Count > 0 && characters + added > MaxCharacters))
            {
                yield return message;
                message = [];
                characters = 0;
            }

            message.Add(item);
            characters += added;
        }

        if (message.Count > 0)
        {
            yield return message;
        }
    }

    /// <summary>Escapes all formatting, links and mentions. Line breaks are kept.</summary>
    public static string Escape(string text) => string.Join('\n', text.Split('\n').Select(EscapeLine));

    private static DiscordField Write(CardField field) => new(
        Format(field.Name, MaxTitleLength),
        field.IsCommand ? $"`{ForeignText.Short(field.Value, MaxValueLength - 2).Replace('`', '\'')}`" : Format(field.Value, MaxValueLength),
        Inline: !field.IsWide);

    // Discord rejects empty texts.
    private static string Format(string text, int maxLength) =>
        ForeignText.Truncate(Escape(text).Trim(), maxLength) is { Length: > 0 } formatted ? formatted : "—";

    private static string EscapeLine(string line)
    {
        var escaped = new StringBuilder();
        var text = ForeignText.OneLine(line);
        var previous = default(Rune);
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            position += rune.Utf16SequenceLength;

            // An underscore between two letters or digits is not markup; quote numbers often contain one.
            var isMarkup = rune.IsAscii
                && (Markup.Contains((char)rune.Value, StringComparison.Ordinal)
                    || (rune.Value == ':' && string.CompareOrdinal(text, position, "//", 0, 2) == 0)
                    || (escaped.Length == 0 && MarkupAtStart.Contains((char)rune.Value, StringComparison.Ordinal))
                    || (rune.Value == '_' && !(Rune.IsLetterOrDigit(previous) && position < text.Length && char.IsLetterOrDigit(text, position))));
            escaped.Append(isMarkup ? "\\" : "").Append(rune.ToString());
            previous = rune;
        }

        return escaped.ToString();
    }

    // The number of characters that count towards the limit of a message.
    private static int Count(DiscordEmbed embed) =>
        embed.Title.Length + embed.Description.Length + embed.Footer.Text.Length + embed.Fields.Sum(field => field.Name.Length + field.Value.Length);
}
