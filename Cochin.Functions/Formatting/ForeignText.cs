using System.Globalization;
using System.Text;

namespace Cochin.Functions.Formatting;

/// <summary>
/// Makes untrusted text safe for any output: one line, with a replacement for each character that is invisible, controls a terminal or changes
/// the text direction. It does not escape markup, because that depends on the output.
/// </summary>
internal static class ForeignText
{
    /// <summary>Returns the text on one line.</summary>
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
                line.Append(IsUnsafe(rune) ? Rune.ReplacementChar : rune);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }
        }

        return line.ToString();
    }

    /// <summary>Returns the text on one line, trimmed and truncated to <paramref name="maxLength"/> characters.</summary>
    public static string Short(string? text, int maxLength) => Truncate(OneLine(text ?? "").Trim(), maxLength);

    /// <summary>Cleans each line of a text and keeps the line breaks.</summary>
    public static string Lines(string text) => string.Join('\n', text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(OneLine));

    /// <summary>Truncates a text to <paramref name="maxLength"/> characters, without splitting a grapheme.</summary>
    public static string Truncate(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text;
        }

        var end = 0;
        for (var next = 0; next < maxLength; next += StringInfo.GetNextTextElementLength(text.AsSpan(next)))
        {
            end = next;
        }

        if (end == 0)
        {
            // The first grapheme is longer than the limit (a letter with many combining marks), so it is split.
            end = maxLength - 1;
            end -= end > 0 && char.IsSurrogatePair(text, end - 1) ? 1 : 0;
        }

        return text[..end] + "…";
    }

    private static bool IsBreak(Rune rune) =>
        rune.Value is '\t' or '\n' or '\r' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    // Joiners are part of scripts and emoji. The other format characters are invisible or change the text direction.
    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse => true,
        _ => false,
    };
}
