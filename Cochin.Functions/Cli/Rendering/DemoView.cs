using Cochin.Functions.Demo;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;
using Spectre.Console;

namespace Cochin.Functions.Cli.Rendering;

/// <summary>Tells the demo as a story: each job, what it did, and why it left the rest alone.</summary>
internal sealed class DemoView(Terminal terminal)
{
    public void Begin() => Tell("This demo has a storage of its own, an Azurite on this machine. Storage that is configured is not touched.");

    /// <param name="content">What was put there; null where it is as the last demo left it.</param>
    public void Filled(DemoContent? content) => Tell(content is null
        ? "It is as the last demo left it, so watch how little is left to do. (`./cochin demo --reset` starts over.)"
        : $"It is filled with {DemoContent.Blobs.Count} blobs, {content.Operations.Count} operations and {content.Devis.Count} quotes, old and fresh, right and wrong.");

    public void Job(JobDefinition job)
    {
        if (terminal.IsJson)
        {
            return;
        }

        terminal.Line();
        terminal.Markup($"[bold]{Markup.Escape(job.Name)}[/] [grey]({Markup.Escape(job.Schedule.Expression)}, {Markup.Escape(job.Schedule.TimeZone.Id)})[/]");
        terminal.Line(Purpose(job));
    }

    public void Ran(RunReport report, IReadOnlyCollection<TaskItem> items, IReadOnlyList<DiscordCard> cards)
    {
        if (terminal.IsJson)
        {
            return;
        }

        if (report.Task == TaskNames.CheckDevisNotifications)
        {
            Show(report, cards);
        }
        else
        {
            Show(items);
        }

        if (report.Outcome == Outcome.Completed && !items.Any(item => item.Decision is not ("keep" or "report")) && cards.Count == 0)
        {
            terminal.Line("Nothing was left to do.");
        }

        RunView.Write(terminal, report with { Result = report.Result with { Tables = [] } }, items: null);
    }

    public void End(IReadOnlyList<RunReport> reports, TimeSpan took)
    {
        if (terminal.IsJson)
        {
            return;
        }

        terminal.Line();
        terminal.Markup($"[bold]{reports.Count} jobs in {Words.Duration(took)}.[/] What to try next:");
        terminal.Line("  ./cochin demo                                  again: a second run finds nothing left to do");
        terminal.Line("  ./cochin status                                how the jobs stand, and when they run next");
        terminal.Line("  ./cochin history                               what ran");
        terminal.Line("  ./cochin logs                                  every change that was made, line by line");
        terminal.Line("  ./cochin cleanup_temp_files --dry-run --verbose");
        terminal.Line("  ./cochin serve                                 run the jobs at their hours");
        terminal.Line("  ./cochin --help                                all commands");
        terminal.Line("They work on the demo's storage for as long as no other is set (CochinStorage, AzureWebJobsStorage).");
    }

    private void Tell(string text)
    {
        if (!terminal.IsJson)
        {
            terminal.Line(text);
        }
    }

    private void Show(IReadOnlyCollection<TaskItem> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        var table = new TextTable("what", "age", "size", "decision", "why").Right(1, 2);
        foreach (var item in items.OrderBy(item => item.Decision == "keep").ThenBy(item => item.Area, StringComparer.Ordinal).ThenBy(item => item.Name, StringComparer.Ordinal))
        {
            table.Add($"{item.Area}/{item.Name}", Words.Age(item.AgeHours), item.Bytes > 0 ? Words.Bytes(item.Bytes) : "—", item.Decision, Why(item));
        }

        table.Write(terminal);
    }

    private void Show(RunReport report, IReadOnlyList<DiscordCard> cards)
    {
        foreach (var card in cards)
        {
            Show(card);
        }

        var counts = report.Counts.ToDictionary();
        terminal.Line($"Left alone: {counts["alreadySent"]} alerts that were sent before, {counts["expired"]} whose day is too long past, and quotes that are inactive or whose day is yet to come.");
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
        terminal.Out.Write(new Panel(text) { Header = new PanelHeader(Markup.Escape(card.Title)), BorderStyle = new Style(new Color((byte)(card.Color >> 16), (byte)(card.Color >> 8), (byte)card.Color)), Border = BoxBorder.Rounded });
    }

    private static string Purpose(JobDefinition job) => job.Task switch
    {
        TaskNames.CheckDevisNotifications => "Posts one alert on the day a quote's work starts and one on the day it is due; a missed day is made up, marked late.",
        TaskNames.CleanupTempFiles => "Removes what is old and unused in the temporary areas.",
        TaskNames.CleanupStuckOperations => "Marks backups and restores without a sign of life as failed, so that the next one may start.",
        TaskNames.RebuildBackupPaths => "Makes backup records and backup blobs agree.",
        _ => job.Task,
    };

    private static string Why(TaskItem item) => item.Reason switch
    {
        "old" => "old, and nothing uses it",
        "fresh" => "not old enough",
        "inUse" => "a live operation uses it, whatever its age",
        "leased" => "somebody holds a lease on it",
        "changed" => "changed since it was looked at",
        "failed" => "could not be done; see the warning",
        "orphan" => "a backup without a record",
        "inFlight" => "may still be being written",
        "ignored" => "not named like a backup",
        "unchanged" => "its record is right",
        "missing" => "its record's blob is gone",
        "returned" => "its blob came back",
        "mismatch" => "sizes differ: told, not changed",
        "stuck" => "no sign of life for too long",
        "alive" => "shows signs of life",
        "unreadable" => "has no time that can be read",
        "due" => "today is the day",
        "late" => "its day was missed",
        var other => other,
    };
}
