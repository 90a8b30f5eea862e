using System.Globalization;
using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class HtmlWriterTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\"' onload='x", "&quot;&#39; onload=&#39;x")]
    [InlineData("&lt; & &#60;", "&amp;lt; &amp; &amp;#60;")]
    [InlineData("a\0b\u0008c\u009Fd", "a\uFFFDb\uFFFDc\uFFFDd")]
    [InlineData(null, "")]
    public void Hole_OfData_IsEscaped(string? data, string escaped) =>
        new HtmlWriter().Add($"<p title=\"{data}\">").ToHtml().Markup.ShouldBe($"<p title=\"{escaped}\">");

    [Fact]
    public void Hole_OfMarkupAndNumbers_IsAsItIs()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("fr-FR");
        try
        {
            new HtmlWriter().Add($"{new Html("<b>")}{-1}{1234.5}").ToHtml().Markup.ShouldBe("<b>-11234.5");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
