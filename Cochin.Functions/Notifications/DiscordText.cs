using System.Globalization;
using System.Text;

namespace Cochin.Functions.Notifications;

/// <summary>Makes texts from data safe to put into a message.</summary>
internal static class DiscordText
{
    // Formatting, quotes, links and mentions (an address becomes a link by its `://`); wherever they stand, or only where a line begins.
    private const string Markup = @"\*~`|[]<";
    private const string MarkupAtStart = "#->";

    /// <summary>
    /// A text from outside, shown as it is: no formatting, links or mentions, no line breaks or other control characters.
    /// </summary>
    public static string Plain(string? text, int longest = 200)
    {
        var plain = new StringBuilder();
        var cut = Cut(text ?? "", longest).Trim();
        var previous = default(Rune);
        var position = 0;
        foreach (var rune in cut.EnumerateRunes())
        {
            position += rune.Utf16SequenceLength;
            if (IsInvisible(rune))
            {
                plain.Append(' ');
            }
            else
            {
                // An underscore between two letters or digits formats nothing; most numbers have theirs there.
                var isMarkup = rune.IsAscii
                    && (Markup.Contains((char)rune.Value, StringComparison.Ordinal)
                        || (rune.Value == ':' && string.CompareOrdinal(cut, position, "//", 0, 2) == 0)
                        || (plain.Length == 0 && MarkupAtStart.Contains((char)rune.Value, StringComparison.Ordinal))
                        || (rune.Value == '_' && !(Rune.IsLetterOrDigit(previous) && position < cut.Length && char.IsLetterOrDigit(cut, position))));
                plain.Append(isMarkup ? "\\" : "").Append(rune.ToString());
            }

            previous = rune;
        }

        return plain.ToString().Trim();
    }

    /// <summary>A text from outside for a place where Discord formats nothing: only control characters are taken out.</summary>
    public static string Unformatted(string text, int longest) =>
        string.Concat(Cut(text, longest).EnumerateRunes().Select(rune => IsInvisible(rune) ? " " : rune.ToString()));

    // Line breaks and other control characters, and those that turn the direction of the text that follows.
    private static bool IsInvisible(Rune rune) =>
        Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x200B or 0x200E or 0x200F or 0xFEFF;

    /// <summary>A text of at most <paramref name="longest"/> characters, cut between what a reader sees as characters.</summary>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = 0;
        for (var next = 0; next < longest; next += StringInfo.GetNextTextElementLength(text.AsSpan(next)))
        {
            end = next;
        }

        if (end == 0)
        {
            // One endless character (a letter under a heap of accents) is cut in the middle rather than lost.
            end = longest - 1;
            end -= end > 0 && char.IsSurrogatePair(text, end - 1) ? 1 : 0;
        }

        return text[..end] + "…";
    }
}
