using Cochin.Functions.Formatting;

namespace Cochin.Functions.StatusPage;

/// <summary>Cleans untrusted text for the page and its JSON: one line of limited length. <see cref="HtmlWriter"/> escapes it.</summary>
internal static class PageText
{
    public const int NameLimit = 120;
    public const int TextLimit = 300;

    public static string Clean(string text, int limit = TextLimit) => ForeignText.Short(text, limit);
}
