using System.Text.Json;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>A row of the runs table.</summary>
internal sealed record RunReport
{
    public required string Job { get; init; }

    public required string RunId { get; init; }

    public required string Task { get; init; }

    public required RunTrigger Trigger { get; init; }

    /// <summary>
    /// Whether it is a task that a person typed: not a run of the job that has the task's name, and so the same partition. False in rows
    /// from before this was kept.
    /// </summary>
    public bool IsTyped { get; init; }

    public DateTimeOffset? Occurrence { get; init; }

    public required Outcome Outcome { get; init; }

    public SkipReason? Reason { get; init; }

    /// <summary>Whether it did a part of the work, and the next run goes on; what it counted is in the next one's counts too.</summary>
    public bool IsUnfinished => Reason == SkipReason.Unfinished;

    /// <summary>Whether the program was asked to stop during the run.</summary>
    public bool IsInterrupted => Reason == SkipReason.Interrupted;

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public TimeSpan? Duration { get; init; }

    public IReadOnlyList<KeyValuePair<string, long>> Counts { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, long>> Bytes { get; init; } = [];

    public string? Error { get; init; }

    /// <summary>The kind of the error; null if it has none, as in rows from before this was kept.</summary>
    public FailureKind? Failure { get; init; }

    public string? Host { get; init; }

    private const string TypedColumn = "Typed";

    // A column takes 32 Ki characters, and a run whose end can't be written down would pass for a dead one.
    private const int LongestError = 16_000;

    /// <summary>The columns of all but what was counted and where it ran.</summary>
    public static IReadOnlyList<string> SummaryColumns { get; } =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp), nameof(RunId), nameof(Task), nameof(Trigger), TypedColumn,
        nameof(Occurrence), nameof(Outcome), nameof(Reason), nameof(StartedAt), nameof(FinishedAt), "DurationMs", nameof(Bytes), nameof(Error),
    ];

    public static RunReport From(TableEntity row) => new()
    {
        Job = row.PartitionKey,
        RunId = row.Text(nameof(RunId)) ?? row.RowKey,
        Task = row.Text(nameof(Task)) ?? row.PartitionKey,
        Trigger = Enum.TryParse<RunTrigger>(row.Text(nameof(Trigger)), out var trigger) ? trigger : RunTrigger.Manual,
        IsTyped = row.Flag(TypedColumn) is true,
        Occurrence = row.Time(nameof(Occurrence)),
        Outcome = Enum.TryParse<Outcome>(row.Text(nameof(Outcome)), ignoreCase: true, out var outcome) && Enum.IsDefined(outcome) ? outcome : Outcome.Lost,
        Reason = Enum.TryParse<SkipReason>(row.Text(nameof(Reason)), ignoreCase: true, out var reason) ? reason : null,
        StartedAt = row.Time(nameof(StartedAt)) ?? row.Timestamp ?? default,
        FinishedAt = row.Time(nameof(FinishedAt)),
        Duration = row.Number("DurationMs") is >= 0 and <= long.MaxValue / TimeSpan.TicksPerMillisecond and var milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        Counts = Numbers(row.Text(nameof(Counts))),
        Bytes = Numbers(row.Text(nameof(Bytes))),
        Error = row.Text(nameof(Error)),
        Failure = Enum.TryParse<FailureKind>(row.Text(nameof(Failure)), ignoreCase: true, out var failure) && Enum.IsDefined(failure) ? failure : null,
        Host = row.Text(nameof(Host)),
    };

    /// <summary>The row of a report, as it is now; absent values are left out.</summary>
    public static TableEntity Row(RunReport report, string host)
    {
        var row = new TableEntity(report.Job, RunKeys.RowKey(report.StartedAt, report.RunId))
        {
            [nameof(RunId)] = report.RunId,
            [nameof(Task)] = report.Task,
            [nameof(Trigger)] = report.Trigger.ToString(),
            [nameof(Occurrence)] = report.Occurrence,
            [nameof(Outcome)] = report.Outcome.ToString(),
            [nameof(Reason)] = report.Reason?.ToString(),
            [nameof(StartedAt)] = report.StartedAt,
            [nameof(Error)] = report.Error is { Length: > LongestError } error ? error[..LongestError] + "…" : report.Error,
            [nameof(Failure)] = report.Result.Failure?.ToString(),
            [nameof(Host)] = host,
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
            row[nameof(FinishedAt)] = report.StartedAt + report.Duration;
            row["DurationMs"] = (long)report.Duration.TotalMilliseconds;
            row[nameof(Counts)] = JsonSerializer.Serialize(new Dictionary<string, long>(report.Counts), RunJson.Default.DictionaryStringInt64);
            row[nameof(Bytes)] = JsonSerializer.Serialize(new Dictionary<string, long>(report.Bytes), RunJson.Default.DictionaryStringInt64);
        }

        return row;
    }

    /// <summary>What the run reported, as far as it was kept.</summary>
    public RunReport ToReport() => new()
    {
        Job = Job,
        Task = Task,
        RunId = RunId,
        Trigger = Trigger,
        IsTyped = IsTyped,
        Occurrence = Occurrence,
        DryRun = false,
        StartedAt = StartedAt,
        Duration = Duration ?? TimeSpan.Zero,
        Result = new TaskResult { Outcome = Outcome, Reason = Reason, Counts = Counts, Bytes = Bytes, Error = Error, Failure = Failure },
    };

    private static IReadOnlyList<KeyValuePair<string, long>> Numbers(string? json)
    {
        try
        {
            return json is null ? [] : [.. JsonSerializer.Deserialize(json, RunJson.Default.DictionaryStringInt64) ?? []];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
