using Cochin.Functions.Formatting;

namespace Cochin.Functions.StatusPage;

/// <summary>Running operations, and completed backups by configuration.</summary>
internal static class OperationsHtml
{
    public static void Write(HtmlWriter html, StatusOperations operations, PageClock clock)
    {
        html.Add($"<section id=\"operations\" aria-labelledby=\"h-operations\"><h2 id=\"h-operations\">In progress</h2>\n");
        if (operations.Note is { } note)
        {
            html.Add($"<p class=\"note\">{note}</p>");
        }

        if (operations.Running.Count == 0)
        {
            html.Add($"<p class=\"note\">No backup or restore is running.</p>");
        }
        else
        {
            WriteRunning(html, operations, clock);
        }

        html.Add($"</section>\n<section id=\"backups\" aria-labelledby=\"h-backups\"><h2 id=\"h-backups\">Backups</h2>\n");
        if (!operations.BackupsRead)
        {
            html.Add($"<p class=\"note\">Not checked, because not all operations could be read.</p>");
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
        var caption = "Running backups and restores, longest first" + Limited(operations.Running.Count, operations.RunningCount);
        var table = new TableHtml(html, Html.Text(caption), "Operation", "Name", "State", "Started", "Last activity");
        foreach (var operation in operations.Running)
        {
            var icon = PageSymbols.Icon(operation is { Silent: true } or { Problem: not null } ? "i-warn" : "i-run");
            table.Add(
                new HtmlWriter().Add($"<code>{operation.Kind}/{operation.Id}</code>").ToHtml(),
                Html.Isolated(operation.Name),
                new HtmlWriter().Add($"{icon}{operation.Status}{(operation.Silent ? ", inactive" : "")}").ToHtml(),
                clock.Time(operation.StartedAt),
                clock.Time(operation.LastSignOfLife));
        }

        table.End();
    }

    private static void WriteBackups(HtmlWriter html, StatusOperations operations, PageClock clock)
    {
        var caption = "Completed backups by configuration, those with problems first, then by age" + Limited(operations.Backups.Count, operations.BackupsCount);
        string[] columns = ["Configuration", "Newest", "Age#", "Oldest", "Backups#", "Total size#", "Verified#", "Damaged#"];
        var isPruned = operations.Backups.Any(backup => backup.NextToGo is not null);
        var table = new TableHtml(html, Html.Text(caption), isPruned ? [.. columns, "Next to prune (estimate)"] : columns);
        foreach (var backup in operations.Backups)
        {
            Html[] cells =
            [
                Html.Isolated(backup.Configuration.Length > 0 ? backup.Configuration : "no configuration"),
                clock.Time(backup.Newest),
                backup.Overdue ? new HtmlWriter().Add($"{PageSymbols.Icon("i-warn")}{Age(backup)}, overdue").ToHtml() : Html.Text(Age(backup)),
                clock.Time(backup.Oldest),
                Html.Text(Units.English.Number(backup.Count) + (backup.Empty > 0 ? $" ({Units.English.Number(backup.Empty)} empty)" : "")),
                Html.Text(Units.English.Size(backup.Bytes)),
                Html.Text(Verified(backup)),
                backup.Damaged > 0 ? new HtmlWriter().Add($"{PageSymbols.Icon("i-warn")}{Units.English.Number(backup.Damaged)}").ToHtml() : Html.Text("0"),
            ];
            table.Add(isPruned ? [.. cells, NextToGo(backup, clock)] : cells);
        }

        table.End();
    }

    private static string Verified(StatusBackup backup)
    {
        var oldestCheck = backup.OldestCheckAgeSeconds is { } age ? $", oldest check {Units.English.Age(age)} ago" : "";
        return Units.English.Number(backup.Verified) + oldestCheck;
    }

    private static Html NextToGo(StatusBackup backup, PageClock clock) => backup.NextToGo is { } name
        ? new HtmlWriter().Add($"{Html.Isolated(name[(name.LastIndexOf('/') + 1)..])} on {clock.Time(backup.NextToGoAt)}").ToHtml()
        : clock.Time(null);

    private static string Age(StatusBackup backup) => backup.NewestAgeSeconds is { } age ? Units.English.Age(age) : "none";

    private static string Limited(int shown, int all) => shown == all ? "" : $" ({shown} of {all})";
}
