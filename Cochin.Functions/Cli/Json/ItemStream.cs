using System.Text.Json;
using Cochin.Functions.Running;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Json;

/// <summary>
/// Writes the JSON of a run whose items are asked for: each item when it comes, so that their number does not matter, and the
/// rest of the document at the end.
/// </summary>
internal sealed class ItemStream(Terminal terminal)
{
    private readonly Lock oneAtATime = new();
    private bool isBegun;

    /// <summary>Takes an item. May be called by several threads at once.</summary>
    public void Add(TaskItem item)
    {
        var json = JsonSerializer.Serialize(item, CompactJson.Readable.TaskItem);
        lock (oneAtATime)
        {
            terminal.Text((isBegun ? ",\n    " : "{\n  \"items\": [\n    ") + json);
            isBegun = true;
        }
    }

    public void Close(RunReport report)
    {
        var rest = JsonSerializer.Serialize(RunDocument.From(report), CliJson.Readable.RunDocument);
        terminal.Line((isBegun ? "\n  ]," : "{\n  \"items\": [],") + rest[1..]);
    }
}
