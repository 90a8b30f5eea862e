using System.Globalization;
using System.Text;

namespace Cochin.Functions.Formatting;

/// <summary>
/// Text from outside, made safe for any output: on one line, with a sign in place of each character that is invisible, steers a terminal or changes
/// the direction of the text around it. Markup differs between outputs, so each escapes its own.
/// </summary>
internal static class ForeignText
{
    public static string OneLine(string text)
    {
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsBreak(rune))
            {
                line.Append(IsStray(rune) ? Rune.ReplacementChar : rune);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString();
    }

    /// <summary>The same, trimmed and of at most <paramref name="longest"/> characters.</summary>
    public static string Short(string? text, int longest) => Cut(OneLine(text ?? "").Trim(), longest);

    /// <summary>The same for each line of a text.</summary>
    public static string Lines(string text) => string.Join('\n', text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(OneLine));

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

    private static bool IsBreak(Rune rune) =>
        rune.Value is '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // Joiners belong to scripts and emoji; the other format characters are invisible, or change the direction of what follows.
    private static bool IsStray(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse => true,
        _ => false,
    };
}
