namespace Cochin.Functions.StatusPage;

/// <summary>
/// A table that becomes a list of small blocks where the window is narrow. Its roles are written out, as a table that is not
/// laid out as one would lose them in some browsers.
/// </summary>
internal sealed class RowsHtml
{
    private readonly HtmlWriter html;
    private readonly IReadOnlyList<(string Name, bool IsNumber)> columns;

    /// <param name="columns">The headings; one that ends in <c>#</c> is of numbers.</param>
    public RowsHtml(HtmlWriter html, Html caption, params string[] columns)
    {
        this.html = html;
        this.columns = [.. columns.Select(column => (column.TrimEnd('#'), column.EndsWith('#')))];
        html.Add($"<table class=\"rows\" role=\"table\"><caption>{caption}</caption><thead role=\"rowgroup\"><tr role=\"row\">");
        foreach (var (name, isNumber) in this.columns)
        {
            html.Add($"<th role=\"columnheader\" scope=\"col\"{Class(isNumber)}>{name}</th>");
        }

        html.Add($"</tr></thead><tbody role=\"rowgroup\">");
    }

    /// <summary>Adds a row, whose first cell is its heading.</summary>
    public void Add(params ReadOnlySpan<Html> cells)
    {
        html.Add($"<tr role=\"row\">");
        for (var i = 0; i < cells.Length; i++)
        {
            var (name, isNumber) = columns[i];
            var cell = cells[i];
            var (element, role) = i == 0 ? (new Html("th"), new Html("rowheader\" scope=\"row")) : (new Html("td"), new Html("cell"));
            html.Add($"<{element} role=\"{role}\" data-is=\"{name}\"{Class(isNumber)}><span>{cell}</span></{element}>");
        }

        html.Add($"</tr>\n");
    }

    public void End() => html.Add($"</tbody></table>");

    private static Html Class(bool isNumber) => isNumber ? new Html(" class=\"num\"") : default;
}
