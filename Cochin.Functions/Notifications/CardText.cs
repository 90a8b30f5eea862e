using System.Globalization;
using System.Text;

namespace Cochin.Functions.Notifications;

/// <summary>Fits text from outside into a card.</summary>
internal static class CardText
{
    /// <summary>Text from outside on one line, without the characters that are invisible or change the direction of the text around them.</summary>
    public static string Line(string? text, int longest = 200) =>
        string.Concat(Cut(text ?? "", longest).EnumerateRunes().Select(rune => IsInvisible(rune) ? " " : rune.ToString())).Trim();

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

    // Line breaks and other control characters, and those that change the direction of the text that follows.
    private static bool IsInvisible(Rune rune) =>
        Rune.IsControl(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x200B or 0x200E or 0x200F or 0xFEFF;
}
