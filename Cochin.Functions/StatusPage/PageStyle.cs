using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.StatusPage;

/// <summary>How the page looks. The policy of the page names the style by its hash, so that no other is applied.</summary>
internal static class PageStyle
{
    public static Html Css { get; } = new(Read());

    /// <summary>As it stands in a Content-Security-Policy.</summary>
    public static string Hash { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css.Markup)));

    private static string Read()
    {
        using var file = new StreamReader(typeof(PageStyle).Assembly.GetManifestResourceStream("Cochin.Functions.StatusPage.page.css")!);
        return file.ReadToEnd().ReplaceLineEndings("\n");
    }
}
