using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>
/// The report of a run: in progress, ended, or read from the runs table (<see cref="RunRow"/>), which does not store warnings and tables.
/// Dry runs and some skips have no row.
/// </summary>
internal sealed record RunReport
{
    /// <summary>The job's name, or the task's name for a typed task.</summary>
    public required string Job { get; init; }

    public required string Task { get; init; }

    public required string RunId { get; init; }

    public required RunTrigger Trigger { get; init; }

    /// <summary>
    /// Whether it is a task with options that the operator typed. It is not a run of the job with the same name, although it is in the same
    /// partition. False in rows of earlier versions.
    /// </summary>
    public bool IsTyped { get; init; }

    /// <summary>The due time that the run was for; null for manual runs.</summary>
    public DateTimeOffset? Occurrence { get; init; }

    public bool DryRun { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it is in progress. For a dead run, when it was found.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Null while it is in progress and for a dead run.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The machine and process; null before it is written to the table.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the task was started; false for skips and for earlier failures. Not stored.</summary>
    public bool Attempted { get; init; }

    /// <summary>Whether an earlier tick reported the same skip of an occurrence that stays open. It is then not logged or counted again. Not stored.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>Whether a skip leaves its occurrence open and the next tick tries again. A held lock always does. Not stored.</summary>
    public bool StaysOpen { get; init; }

    public required TaskResult Result { get; init; }

    public Outcome Outcome => Result.Outcome;

    public SkipReason? Reason => Result.Reason;

    /// <summary>Whether it did a part of the work and the next run continues. The counts of the next run include those of this one.</summary>
    public bool IsUnfinished => Reason == SkipReason.Unfinished;

    /// <summary>Whether the program was asked to stop during the run.</summary>
    public bool IsInterrupted => Reason == SkipReason.Interrupted;

    /// <summary>Whether it is <see cref="Outcome.Partial"/> because of items that it could not process. Damaged backups are reported separately.</summary>
    public bool LeftItems => Outcome == Outcome.Partial && !IsUnfinished && Counts.Any(count => count is { Key: "failed" or "rejected", Value: > 0 });

    public IReadOnlyList<KeyValuePair<string, long>> Counts => Result.Counts;

    public IReadOnlyList<KeyValuePair<string, long>> Bytes => Result.Bytes;

    public string? Error => Result.Error;

    public FailureKind? Failure => Result.Failure;

    public IReadOnlyList<string> Warnings => Result.Warnings;

    public IReadOnlyList<ResultTable> Tables => Result.Tables;
}

/// <summary>What started a run. The names are written to run records and JSON.</summary>
internal enum RunTrigger
{
    Scheduled,
    Manual,
}
