namespace Cochin.Functions.StatusPage;

/// <summary>The end of the audit log.</summary>
internal static class ChangesHtml
{
    public static void Write(HtmlWriter html, StatusChanges changes, PageClock clock)
    {
        html.Add($"<section id=\"changes\" aria-labelledby=\"h-changes\"><h2 id=\"h-changes\">Changes</h2>\n");
        if (changes.Lines.Count == 0)
        {
            html.Add($"<p class=\"note\">{changes.Note ?? "Nothing was changed this month or last."}</p></section>\n");
            return;
        }

        var rows = new RowsHtml(html, new Html("The newest lines of the audit log; all of them: <code>./cochin logs --since 7d</code>"), "When", "Job", "What", "To what", "Result");
        foreach (var line in changes.Lines)
        {
            rows.Add(clock.Time(line.Time), Html.Of(line.Job), Html.Of(line.Action), Html.Of(line.Target), Html.Of(line.Result));
        }

        rows.End();
        html.Add($"</section>\n");
    }
}
