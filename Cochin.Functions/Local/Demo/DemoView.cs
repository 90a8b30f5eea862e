using Cochin.Functions.Cli;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;
using Spectre.Console;

namespace Cochin.Functions.Local.Demo;

/// <summary>Shows the demo: each job, what it did, and why it kept the other items.</summary>
internal sealed class DemoView(Terminal terminal)
{
    public void Begin() => WriteText("The demo uses its own Azurite on this machine, and none of the settings of this installation.");

    /// <param name="content">The sample data; null if an earlier demo has already filled the storage.</param>
    public void Filled(DemoContent? content) => WriteText(content is null
        ? "The storage still contains the data of the last demo, so there is little to do. To start over: ./cochin demo --reset"
        : $"It now contains {DemoContent.Blobs.Count} blobs, {content.Operations.Count} operations and {content.Devis.Count} quotes: "
            + "old and new, correct and incorrect.");

    public void Job(JobDefinition job)
    {
        if (terminal.IsJson)
        {
            return;
        }

        terminal.Line();
        terminal.Markup($"[bold]{Markup.Escape(job.Name)}[/] [grey]({Markup.Escape(job.Schedule.Expression)}, {Markup.Escape(job.Schedule.TimeZone.Id)})[/]");
        terminal.Line(TaskCatalog.Find(job.Task)?.Purpose ?? job.Task);
    }

    public void Ran(RunReport report, IReadOnlyCollection<TaskItem> items, IReadOnlyList<DiscordCard> cards)
    {
        if (terminal.IsJson)
        {
            return;
        }

        var task = TaskCatalog.Find(report.Task);
        foreach (var card in cards)
        {
            Show(card);
        }

        if (cards.Count == 0)
        {
            Show(items, task?.Reasons ?? new Dictionary<string, string>());
        }

        if (report.Outcome == Outcome.Completed && !items.Any(item => item.Decision is not ("keep" or "report")) && cards.Count == 0)
        {
            terminal.Line("There was nothing to do.");
        }

        RunView.Write(terminal, report with { Result = report.Result with { Tables = [] } }, items: null);
        if (task is not null && task.Counts.Where(count => count.In(report.Counts, report.Bytes) != 0).ToList() is { Count: > 0 } counts)
        {
            var details = counts.Select(count => $"{Units.English.Number(count.In(report.Counts, report.Bytes))} {count.Meaning}");
            terminal.Line($"  In detail: {string.Join(", ", details)}.");
        }
    }

    public void End(IReadOnlyList<RunReport> reports, TimeSpan duration)
    {
        if (terminal.IsJson)
        {
            return;
        }

        terminal.Line();
        terminal.Markup($"[bold]{reports.Count} jobs in {Units.English.Took(duration)}.[/] What to try next:");
        terminal.Line("  ./cochin demo                                  run it again; there is nothing left to do");
        terminal.Line("  ./cochin status                                last and next run of each job");
        terminal.Line("  ./cochin history                               past runs");
        terminal.Line("  ./cochin logs                                  every change that was made");
        terminal.Line("  ./cochin cleanup_temp_files --dry-run --verbose");
        terminal.Line("  ./cochin serve                                 run the jobs on schedule");
        terminal.Line("  ./cochin --help                                all commands");
        terminal.Line("These commands use the demo's storage unless another one is set (CochinStorage, AzureWebJobsStorage).");
    }

    private void WriteText(string text)
    {
        if (!terminal.IsJson)
        {
            terminal.Line(text);
        }
    }

    private void Show(IReadOnlyCollection<TaskItem> items, IReadOnlyDictionary<string, string> reasons)
    {
        if (items.Count == 0)
        {
            return;
        }

        var table = new TextTable("what", "age", "size", "decision", "why").Right(1, 2);
        var sorted = items
            .OrderBy(item => item.Decision == "keep")
            .ThenBy(item => item.Area, StringComparer.Ordinal)
            .ThenBy(item => item.Name, StringComparer.Ordinal);
        foreach (var item in sorted)
        {
            table.Add(
                $"{item.Area}/{item.Name}",
                Units.English.Age(item.AgeHours * 3_600),
                item.Bytes > 0 ? Units.English.Size(item.Bytes) : "—",
                item.Decision,
                reasons.GetValueOrDefault(item.Reason, item.Reason));
        }

        table.Write(terminal);
    }

    private void Show(DiscordCard card)
    {
        var fields = string.Join("  ", card.Fields.Select(field => $"{field.Name}: {field.Value}"));
        if (terminal.IsPlain)
        {
            terminal.Line($"  Discord: {card.Title} | {card.Description} | {fields} | {card.Footer}".ReplaceLineEndings(" "));
            return;
        }

        var text = new Text($"{card.Description}\n{fields}\n{card.Footer}");
        var color = new Color((byte)(card.Color >> 16), (byte)(card.Color >> 8), (byte)card.Color);
        terminal.Out.Write(new Panel(text)
        {
            Header = new PanelHeader(Markup.Escape(card.Title)),
            BorderStyle = new Style(color),
            Border = BoxBorder.Rounded,
        });
    }
}
