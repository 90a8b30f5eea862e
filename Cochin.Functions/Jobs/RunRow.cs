using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>Maps a run's report to a row of the runs table and back.</summary>
internal static class RunRow
{
    private const string TypedColumn = "Typed";
    private const string DurationColumn = "DurationMs";
    private const string HostColumn = "Host";

    // A column holds 32 Ki characters. If the record could not be written, the run would look dead.
    private const int MaxErrorLength = 16_000;

    /// <summary>All columns but the counts and the host.</summary>
    public static IReadOnlyList<string> SummaryColumns { get; } =
    [
        nameof(TableEntity.PartitionKey),
        nameof(TableEntity.RowKey),
        nameof(TableEntity.Timestamp),
        nameof(RunReport.RunId),
        nameof(RunReport.Task),
        nameof(RunReport.Trigger),
        TypedColumn,
        nameof(RunReport.Occurrence),
        nameof(RunReport.Outcome),
        nameof(RunReport.Reason),
        nameof(RunReport.StartedAt),
        nameof(RunReport.FinishedAt),
        DurationColumn,
        nameof(RunReport.Bytes),
        nameof(RunReport.Error),
        nameof(TaskResult.Failure),
    ];

    /// <summary>Reads a row. One written by another version or program is also accepted: an unknown outcome becomes <see cref="Outcome.Lost"/>.</summary>
    public static RunReport Read(TableEntity row) => new()
    {
        Job = row.PartitionKey,
        RunId = row.Text(nameof(RunReport.RunId)) ?? row.RowKey,
        Task = row.Text(nameof(RunReport.Task)) ?? row.PartitionKey,
        Trigger = Enum.TryParse<RunTrigger>(row.Text(nameof(RunReport.Trigger)), out var trigger) ? trigger : RunTrigger.Manual,
        IsTyped = row.Flag(TypedColumn) is true,
        Occurrence = row.Time(nameof(RunReport.Occurrence)),
        StartedAt = row.Time(nameof(RunReport.StartedAt)) ?? row.Timestamp ?? default,
        FinishedAt = row.Time(nameof(RunReport.FinishedAt)),
        Duration = row.Number(DurationColumn) is >= 0 and <= long.MaxValue / TimeSpan.TicksPerMillisecond and var milliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null,
        Host = row.Text(HostColumn),
        Result = new TaskResult
        {
            Outcome = Enum.TryParse<Outcome>(row.Text(nameof(RunReport.Outcome)), ignoreCase: true, out var outcome) && Enum.IsDefined(outcome)
                ? outcome
                : Outcome.Lost,
            Reason = Enum.TryParse<SkipReason>(row.Text(nameof(RunReport.Reason)), ignoreCase: true, out var reason) ? reason : null,
            Counts = Numbers(row.Text(nameof(RunReport.Counts))),
            Bytes = Numbers(row.Text(nameof(RunReport.Bytes))),
            Error = row.Text(nameof(RunReport.Error)),
            Failure = Enum.TryParse<FailureKind>(row.Text(nameof(TaskResult.Failure)), ignoreCase: true, out var failure) && Enum.IsDefined(failure)
                ? failure
                : null,
        },
    };

    /// <summary>The row of a report. Missing values are left out.</summary>
    public static TableEntity Write(RunReport report, string host)
    {
        var row = new TableEntity(report.Job, RunKeys.RowKey(report.StartedAt, report.RunId))
        {
            [nameof(RunReport.RunId)] = report.RunId,
            [nameof(RunReport.Task)] = report.Task,
            [nameof(RunReport.Trigger)] = report.Trigger.ToString(),
            [nameof(RunReport.Occurrence)] = report.Occurrence,
            [nameof(RunReport.Outcome)] = report.Outcome.ToString(),
            [nameof(RunReport.Reason)] = report.Reason?.ToString(),
            [nameof(RunReport.StartedAt)] = report.StartedAt,
            [nameof(RunReport.Error)] = report.Error is { Length: > MaxErrorLength } error ? error[..MaxErrorLength] + "…" : report.Error,
            [nameof(TaskResult.Failure)] = report.Result.Failure?.ToString(),
            [HostColumn] = host,
        };
        if (report.Result.SawBackups)
        {
            row[MissingContainer.SeenColumn] = true;
        }

        if (report.IsTyped)
        {
            row[TypedColumn] = true;
        }

        if (report.Outcome != Outcome.Running)
        {
            var duration = report.Duration ?? TimeSpan.Zero;
            row[nameof(RunReport.FinishedAt)] = report.FinishedAt ?? report.StartedAt + duration;
            row[DurationColumn] = (long)duration.TotalMilliseconds;
            row[nameof(RunReport.Counts)] = JsonSerializer.Serialize(new Dictionary<string, long>(report.Counts), RunRowJson.Default.DictionaryStringInt64);
            row[nameof(RunReport.Bytes)] = JsonSerializer.Serialize(new Dictionary<string, long>(report.Bytes), RunRowJson.Default.DictionaryStringInt64);
        }

        return row;
    }

    private static IReadOnlyList<KeyValuePair<string, long>> Numbers(string? json)
    {
        try
        {
            return json is null ? [] : [.. JsonSerializer.Deserialize(json, RunRowJson.Default.DictionaryStringInt64) ?? []];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}

[JsonSerializable(typeof(Dictionary<string, long>))]
internal sealed partial class RunRowJson : JsonSerializerContext;
