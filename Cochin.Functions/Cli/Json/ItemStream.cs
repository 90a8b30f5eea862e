using System.Text.Json;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Json;

/// <summary>Writes the JSON of a run with its items: each item as soon as it is known, to keep memory use constant, then the rest.</summary>
internal sealed class ItemStream(Terminal terminal)
{
    private readonly Lock gate = new();
    private bool hasItems;

    /// <summary>Writes an item. Thread-safe.</summary>
    public void Add(TaskItem item)
    {
        var json = JsonSerializer.Serialize(item, CompactJson.Readable.TaskItem);
        lock (gate)
        {
            terminal.Text((hasItems ? ",\n    " : "{\n  \"items\": [\n    ") + json);
            hasItems = true;
        }
    }

    public void Close(RunReport report)
    {
        var rest = JsonSerializer.Serialize(RunDocument.From(report), CliJson.Readable.RunDocument);
        terminal.Line((hasItems ? "\n  ]," : "{\n  \"items\": [],") + rest[1..]);
    }
}
