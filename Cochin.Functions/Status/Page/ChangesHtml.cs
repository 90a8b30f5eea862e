namespace Cochin.Functions.Status.Page;

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

        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"t-changes\"><table><caption id=\"t-changes\">The newest lines of the audit log; all of them: <code>./cochin logs --since 7d</code></caption>");
        html.Add($"<thead><tr><th scope=\"col\">When</th><th scope=\"col\">Job</th><th scope=\"col\">What</th><th scope=\"col\">To what</th><th scope=\"col\">Result</th></tr></thead><tbody>");
        foreach (var line in changes.Lines)
        {
            html.Add($"<tr><td>{clock.Time(line.Time)}</td><td>{line.Job}</td><td>{line.Action}</td><td class=\"target\"><bdi>{line.Target}</bdi></td><td>{line.Result}</td></tr>");
        }

        html.Add($"</tbody></table></div></section>\n");
    }
}
