using System.Globalization;
using System.Text;

namespace Cochin.Functions.Status.Page;

/// <summary>
/// Texts that others wrote, made fit to be shown: on one line, of bounded length, and without characters that show nothing or
/// turn the text around them.
/// </summary>
internal static class PageText
{
    public const int NameLimit = 120;
    public const int TextLimit = 300;

    private const char Stray = '\uFFFD';

    public static string Clean(string text, int limit = TextLimit)
    {
        var clean = new StringBuilder(Math.Min(text.Length, limit) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > limit)
            {
                return clean.Append('…').ToString();
            }

            Append(clean, rune);
        }

        return clean.ToString().Trim();
    }

    private static void Append(StringBuilder clean, Rune rune)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
            case UnicodeCategory.Control when rune.Value is '\t' or '\n' or '\r':
                if (clean.Length > 0 && clean[^1] != ' ')
                {
                    clean.Append(' ');
                }

                break;

            // Joiners belong to scripts and emoji; the other format characters hide, or turn what follows.
            case UnicodeCategory.Format when rune.Value is not (0x200C or 0x200D):
            case UnicodeCategory.Control or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse:
                clean.Append(Stray);
                break;

            default:
                clean.Append(rune);
                break;
        }
    }
}
