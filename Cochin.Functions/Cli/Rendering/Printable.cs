using System.Globalization;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Makes external text safe for a terminal: replaces control characters, direction overrides and line breaks.</summary>
internal static class Printable
{
    private const char Stray = '\uFFFD';

    /// <summary>Returns the text as a single line.</summary>
    public static string Line(string text) => text.All(IsShown) ? text : string.Concat(text.Select(c => IsShown(c) ? c : Stray));

    /// <summary>Returns the text, keeping its line breaks.</summary>
    public static string Lines(string text) => string.Join('\n', text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(Line));

    private static bool IsShown(char c) => !char.IsControl(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
