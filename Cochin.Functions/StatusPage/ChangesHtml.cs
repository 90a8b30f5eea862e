namespace Cochin.Functions.StatusPage;

/// <summary>The latest lines of the audit log.</summary>
internal static class ChangesHtml
{
    public static void Write(HtmlWriter html, StatusChanges changes, PageClock clock)
    {
        html.Add($"<section id=\"changes\" aria-labelledby=\"h-changes\"><h2 id=\"h-changes\">Changes</h2>\n");
        if (changes.Lines.Count == 0)
        {
            html.Add($"<p class=\"note\">{changes.Note ?? "No changes this month or last month."}</p></section>\n");
            return;
        }

        var caption = new Html("Latest lines of the audit log. For more, type <code>./cochin logs --since 7d</code>");
        var table = new TableHtml(html, caption, "When", "Job", "Action", "Target", "Result");
        foreach (var line in changes.Lines)
        {
            table.Add(clock.Time(line.Time), Html.Isolated(line.Job), Html.Isolated(line.Action), Html.Isolated(line.Target), Html.Isolated(line.Result));
        }

        table.End();
        html.Add($"</section>\n");
    }
}
