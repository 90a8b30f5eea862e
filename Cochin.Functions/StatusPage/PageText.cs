using Cochin.Functions.Formatting;

namespace Cochin.Functions.StatusPage;

/// <summary>Text from outside as the page and its JSON hold it: on one line and of bounded length. <see cref="HtmlWriter"/> escapes it.</summary>
internal static class PageText
{
    public const int NameLimit = 120;
    public const int TextLimit = 300;

    public static string Clean(string text, int limit = TextLimit) => ForeignText.Short(text, limit);
}
