using System.Text;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>Writes cards as Discord takes them: its markup escaped, its limits kept.</summary>
/// <remarks>https://discord.com/developers/docs/resources/message#embed-object-embed-limits</remarks>
internal static class DiscordFormatter
{
    /// <summary>How many embeds a message may have.</summary>
    public const int MaxEmbeds = 10;

    /// <summary>How many characters all embeds of a message may have together.</summary>
    public const int MaxCharacters = 6_000;

    private const int MaxFields = 25;
    private const int LongestTitle = 256;

    // Below Discord's own limits, so that ten cards often fit into a message.
    private const int LongestText = 2_000;
    private const int LongestValue = 500;

    // Formatting, quotes, links and mentions (an address becomes a link by its `://`), anywhere or only at the start of a line.
    private const string Markup = @"\*~`|[]<";
    private const string MarkupAtStart = "#->";

    public static DiscordEmbed Write(Card card) => new(
        Formatted(card.Title, LongestTitle),
        Formatted(card.Text, LongestText),
        card.Color switch
        {
            CardColor.Good => 0x3BA55D,
            CardColor.Attention => 0xFAA61A,
            _ => 0xED4245,
        },
        [.. card.Fields.Take(MaxFields).Select(Write)],

        // Discord does not format it.
        new DiscordFooter(ForeignText.Short(card.Reference, LongestValue)));

    /// <inheritdoc cref="Channel.Pack"/>
    public static IEnumerable<IReadOnlyList<T>> Pack<T>(IEnumerable<T> items, Func<T, Card> write)
    {
        var message = new List<T>();
        var characters = 0;
        foreach (var item in items)
        {
            var more = Count(Write(write(item)));
            if (message.Count == MaxEmbeds || (message.Count > 0 && characters + more > MaxCharacters))
            {
                yield return message;
                message = [];
                characters = 0;
            }

            message.Add(item);
            characters += more;
        }

        if (message.Count > 0)
        {
            yield return message;
        }
    }

    /// <summary>A text shown as it is: no formatting, links or mentions. Line breaks stay.</summary>
    public static string Escape(string text) => string.Join('\n', text.Split('\n').Select(EscapeLine));

    private static DiscordField Write(CardField field) => new(
        Formatted(field.Name, LongestTitle),
        field.IsCommand ? $"`{ForeignText.Short(field.Value, LongestValue - 2).Replace('`', '\'')}`" : Formatted(field.Value, LongestValue),
        Inline: !field.IsWide);

    // Discord refuses a text without a character.
    private static string Formatted(string text, int longest) => ForeignText.Cut(Escape(text).Trim(), longest) is { Length: > 0 } formatted ? formatted : "—";

    private static string EscapeLine(string line)
    {
        var escaped = new StringBuilder();
        var text = ForeignText.OneLine(line);
        var previous = default(Rune);
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            position += rune.Utf16SequenceLength;

            // An underscore between two letters or digits formats nothing; most numbers have theirs there.
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

    // What counts towards the limit of a message.
    private static int Count(DiscordEmbed embed) =>
        embed.Title.Length + embed.Description.Length + embed.Footer.Text.Length + embed.Fields.Sum(field => field.Name.Length + field.Value.Length);
}
