using System.Globalization;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Spectre.Console;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Shows a run as text: outcome, counts, the decision for each item, and the next step.</summary>
internal static class RunView
{
    public static void Write(Terminal terminal, RunReport report, IReadOnlyCollection<TaskItem>? items)
    {
        if (items is { Count: > 0 } && report.Tables.All(table => table.Key != ResultTable.Items))
        {
            Write(terminal, items);
        }

        foreach (var table in report.Tables)
        {
            Write(terminal, table);
        }

        var counts = string.Join(", ", report.Counts.Select(count => $"{count.Key} {Units.English.Number(count.Value)}"));
        var bytes = string.Join(", ", report.Bytes.Select(bytes => $"{bytes.Key} {Units.English.Size(bytes.Value)}"));
        var outcome = $"[{Colour(report)}]{Words.Outcome(report.Outcome, report.Reason)}[/]";
        var note = report.DryRun ? " (dry run: nothing was changed)" : "";
        terminal.Markup($"[bold]{Markup.Escape(report.Job)}[/]: {outcome}{note} in {Units.English.Took(report.Duration ?? TimeSpan.Zero)}");
        if (report.Counts.Count > 0)
        {
            terminal.Line($"  {counts}{(bytes.Length > 0 ? $"; in bytes: {bytes}" : "")}");
        }

        foreach (var warning in report.Warnings.Except(report.Tables.SelectMany(table => table.Warnings)))
        {
            terminal.Say($"warning: {ForeignText.OneLine(warning)}");
        }

        if (report.Error is { } error)
        {
            terminal.Say(ForeignText.OneLine(report.Outcome == Outcome.Skipped || report.IsUnfinished ? $"note: {error}" : $"error: {error}"));
            if (report.Attempted && report.Outcome is Outcome.Failed or Outcome.Partial)
            {
                terminal.Say($"  details: ./cochin explain {report.RunId}");
            }
        }
    }

    private static void Write(Terminal terminal, IReadOnlyCollection<TaskItem> items)
    {
        var table = new TextTable("area", "name", "age", "blobs", "size", "decision", "reason").Right(2, 3, 4);
        foreach (var item in items)
        {
            table.Add(
                item.Area,
                item.Name,
                Units.English.Age(item.AgeHours * 3_600),
                Units.English.Number(item.Blobs),
                Units.English.Size(item.Bytes),
                item.Decision,
                item.Reason);
        }

        table.Write(terminal);
    }

    private static void Write(Terminal terminal, ResultTable result)
    {
        terminal.Line(result.Title);
        var isBytes = result.Columns.Select(column => column.StartsWith("bytes", StringComparison.Ordinal)).ToArray();
        var table = new TextTable([.. result.Columns]).Right([.. Enumerable.Range(0, result.Columns.Count).Where(i => result.Rows.Any(row => row[i] is long))]);
        foreach (var row in result.Rows)
        {
            table.Add([.. row.Select((cell, i) => Format(cell, isBytes[i]))]);
        }

        table.Write(terminal);
    }

    private static string Format(object? cell, bool isBytes) => cell switch
    {
        long number => isBytes ? Units.English.Size(number) : Units.English.Number(number),
        _ => Convert.ToString(cell, CultureInfo.InvariantCulture) ?? "—",
    };

    private static string Colour(RunReport report) => report.Outcome switch
    {
        Outcome.Completed => "green",
        Outcome.Partial => "yellow",
        Outcome.Skipped => "grey",
        _ => "red",
    };
}
