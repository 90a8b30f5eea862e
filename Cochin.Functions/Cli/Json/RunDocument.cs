using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Json;

/// <summary>The JSON of a run.</summary>
internal sealed record RunDocument
{
    public required string Job { get; init; }

    public required string Task { get; init; }

    public required string RunId { get; init; }

    public required RunTrigger Trigger { get; init; }

    public DateTime? Occurrence { get; init; }

    public required Outcome Outcome { get; init; }

    public SkipReason? Reason { get; init; }

    public bool DryRun { get; init; }

    public required DateTime StartedAt { get; init; }

    public long? DurationMs { get; init; }

    public required Dictionary<string, long> Counts { get; init; }

    public required Dictionary<string, long> Bytes { get; init; }

    public string? Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Totals by temporary area, from <c>cleanup_temp_files</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonArray? Areas { get; init; }

    /// <summary>Counts by kind, status and age, with <c>--show-stats</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonArray? Stats { get; init; }

    public static RunDocument From(RunReport report) => new()
    {
        Job = report.Job,
        Task = report.Task,
        RunId = report.RunId,
        Trigger = report.Trigger,
        Occurrence = report.Occurrence?.UtcDateTime,
        Outcome = report.Outcome,
        Reason = report.Reason,
        DryRun = report.DryRun,
        StartedAt = report.StartedAt.UtcDateTime,
        DurationMs = (long?)report.Duration?.TotalMilliseconds,
        Counts = new(report.Counts),
        Bytes = new(report.Bytes),
        Error = report.Error,
        Warnings = report.Warnings.Count > 0 ? report.Warnings : null,
        Areas = Rows(report, "areas"),
        Stats = Rows(report, "stats"),
    };

    private static JsonArray? Rows(RunReport report, string key) => report.Tables.FirstOrDefault(table => table.Key == key) is not { } table
        ? null
        : [.. table.Rows.Select(row => (JsonNode)new JsonObject(table.Columns.Zip(row, (column, cell) => KeyValuePair.Create(column, (JsonNode?)Cell(cell)))))];

    private static JsonValue? Cell(object? cell) => cell switch
    {
        null => null,
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        _ => JsonValue.Create(cell.ToString()),
    };
}
