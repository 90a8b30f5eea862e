namespace Cochin.Functions.Status.Page;

/// <summary>What is under way, and the backups there are.</summary>
internal static class OperationsHtml
{
    public static void Write(HtmlWriter html, StatusOperations operations, PageClock clock)
    {
        html.Add($"<section id=\"operations\" aria-labelledby=\"h-operations\"><h2 id=\"h-operations\">Under way</h2>\n");
        if (operations.Note is { } note)
        {
            html.Add($"<p class=\"note\">{note}</p>");
        }

        if (operations.Running.Count == 0)
        {
            html.Add($"<p class=\"note\">No backup or restore is under way.</p>");
        }
        else
        {
            WriteRunning(html, operations, clock);
        }

        html.Add($"</section>\n<section id=\"backups\" aria-labelledby=\"h-backups\"><h2 id=\"h-backups\">Backups</h2>\n");
        if (operations.Backups.Count == 0)
        {
            html.Add($"<p class=\"note\">No completed backup is recorded.</p>");
        }
        else
        {
            WriteBackups(html, operations, clock);
        }

        html.Add($"</section>\n");
    }

    private static void WriteRunning(HtmlWriter html, StatusOperations operations, PageClock clock)
    {
        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"t-operations\"><table><caption id=\"t-operations\">Backups and restores under way, the longest first{Of(operations.Running.Count, operations.RunningCount)}</caption>");
        html.Add($"<thead><tr><th scope=\"col\">Operation</th><th scope=\"col\">Name</th><th scope=\"col\">State</th><th scope=\"col\">Started</th><th scope=\"col\">Last sign of life</th></tr></thead><tbody>");
        foreach (var operation in operations.Running)
        {
            html.Add($"<tr><th scope=\"row\"><code>{operation.Kind}/{operation.Id}</code></th><td><bdi>{operation.Name}</bdi></td><td>{(operation.Silent ? PageSigns.Icon("i-warn") : PageSigns.Icon("i-run"))}{operation.Status}{(operation.Silent ? ", silent" : "")}</td>");
            html.Add($"<td>{clock.Time(operation.StartedAt)}</td><td>{clock.Time(operation.LastSignOfLife)}</td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    private static void WriteBackups(HtmlWriter html, StatusOperations operations, PageClock clock)
    {
        html.Add($"<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-labelledby=\"t-backups\"><table><caption id=\"t-backups\">Completed backups by configuration, the one without a new one for longest first{Of(operations.Backups.Count, operations.BackupsCount)}</caption>");
        html.Add($"<thead><tr><th scope=\"col\">Configuration</th><th scope=\"col\">Newest</th><th scope=\"col\" class=\"num\">Age</th><th scope=\"col\" class=\"num\">Backups</th><th scope=\"col\" class=\"num\">Size of all</th></tr></thead><tbody>");
        foreach (var backup in operations.Backups)
        {
            html.Add($"<tr><th scope=\"row\"><bdi>{(backup.Configuration.Length > 0 ? backup.Configuration : "without a name")}</bdi></th><td>{clock.Time(backup.Newest)}</td><td class=\"num\">{PageWords.Age(backup.NewestAgeSeconds)}</td>");
            html.Add($"<td class=\"num\">{backup.Count}</td><td class=\"num\">{PageWords.Bytes(backup.Bytes)}</td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    private static string Of(int shown, int all) => shown == all ? "" : $" ({shown} of {all})";
}
