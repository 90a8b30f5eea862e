namespace Cochin.Functions.StatusPage;

/// <summary>Markup that needs no escaping, as it was made by this program.</summary>
internal readonly record struct Html(string Markup)
{
    /// <summary>Data as markup: escaped, and kept from turning the text around it.</summary>
    public static Html Of(string? data) => new HtmlWriter().Add($"<bdi>{data}</bdi>").ToHtml();

    /// <summary>Words of ours, or numbers.</summary>
    public static Html Words(string words) => new HtmlWriter().Add($"{words}").ToHtml();
}
