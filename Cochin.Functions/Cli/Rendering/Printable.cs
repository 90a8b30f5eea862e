using System.Globalization;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Texts from outside on a terminal: none may steer it, turn the direction of what follows, or pass for a line of its own.</summary>
internal static class Printable
{
    private const char Stray = '\uFFFD';

    /// <summary>The text on one line.</summary>
    public static string Line(string text) => text.All(IsShown) ? text : string.Concat(text.Select(c => IsShown(c) ? c : Stray));

    /// <summary>The text with its line breaks.</summary>
    public static string Lines(string text) => string.Join('\n', text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(Line));

    private static bool IsShown(char c) => !char.IsControl(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
