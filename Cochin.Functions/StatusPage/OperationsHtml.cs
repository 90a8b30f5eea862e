using Cochin.Functions.Formatting;

namespace Cochin.Functions.StatusPage;

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
        if (!operations.BackupsRead)
        {
            html.Add($"<p class=\"note\">Not judged, as the operations could not all be read.</p>");
        }
        else if (operations.Backups.Count == 0)
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
        var caption = "Backups and restores under way, the longest first" + Of(operations.Running.Count, operations.RunningCount);
        var rows = new RowsHtml(html, Html.Words(caption), "Operation", "Name", "State", "Started", "Sign of life");
        foreach (var operation in operations.Running)
        {
            var icon = PageSigns.Icon(operation is { Silent: true } or { Problem: not null } ? "i-warn" : "i-run");
            rows.Add(
                new HtmlWriter().Add($"<code>{operation.Kind}/{operation.Id}</code>").ToHtml(),
                Html.Of(operation.Name),
                new HtmlWriter().Add($"{icon}{operation.Status}{(operation.Silent ? ", silent" : "")}").ToHtml(),
                clock.Time(operation.StartedAt),
                clock.Time(operation.LastSignOfLife));
        }

        rows.End();
    }

    private static void WriteBackups(HtmlWriter html, StatusOperations operations, PageClock clock)
    {
        var caption = "Completed backups by configuration, the longest without a new one first" + Of(operations.Backups.Count, operations.BackupsCount);
        var rows = new RowsHtml(html, Html.Words(caption), "Configuration", "Newest", "Age#", "Backups#", "Verified#", "Size of all#");
        foreach (var backup in operations.Backups)
        {
            rows.Add(
                Html.Of(backup.Configuration.Length > 0 ? backup.Configuration : "without a name"),
                clock.Time(backup.Newest),
                backup.Overdue ? new HtmlWriter().Add($"{PageSigns.Icon("i-warn")}{Age(backup)}, overdue").ToHtml() : Html.Words(Age(backup)),
                Html.Words(Units.English.Number(backup.Count) + (backup.Empty > 0 ? $" ({Units.English.Number(backup.Empty)} empty)" : "")),
                Verified(backup),
                Html.Words(Units.English.Size(backup.Bytes)));
        }

        rows.End();
    }

    private static Html Verified(StatusBackup backup)
    {
        var oldest = backup.OldestCheckAgeSeconds is { } age ? $", oldest check {Units.English.Age(age)} ago" : "";
        var text = Units.English.Number(backup.Verified) + oldest;
        return backup.Damaged > 0
            ? new HtmlWriter().Add($"{PageSigns.Icon("i-warn")}{Units.English.Number(backup.Damaged)} damaged, {text} verified").ToHtml()
            : Html.Words(text);
    }

    private static string Age(StatusBackup backup) => backup.NewestAgeSeconds is { } age ? Units.English.Age(age) : "none";

    private static string Of(int shown, int all) => shown == all ? "" : $" ({shown} of {all})";
}
