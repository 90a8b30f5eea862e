using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.StatusPage;

/// <summary>The style sheet of the page. Its hash is in the Content-Security-Policy, so that browsers apply no other style.</summary>
internal static class PageStyle
{
    public static Html Css { get; } = new(Read());

    /// <summary>In the format of a Content-Security-Policy.</summary>
    public static string Hash { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css.Markup)));

    private static string Read()
    {
        using var file = new StreamReader(typeof(PageStyle).Assembly.GetManifestResourceStream("Cochin.Functions.StatusPage.page.css")!);
        return file.ReadToEnd().ReplaceLineEndings("\n");
    }
}
