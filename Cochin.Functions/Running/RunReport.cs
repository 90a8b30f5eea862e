using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>
/// A run as it is reported: under way, ended, or read from the runs table (<see cref="RunRow"/>), which keeps all but warnings and tables.
/// Dry runs and some skips leave no row.
/// </summary>
internal sealed record RunReport
{
    /// <summary>The job's name, or the task's name for a typed task.</summary>
    public required string Job { get; init; }

    public required string Task { get; init; }

    public required string RunId { get; init; }

    public required RunTrigger Trigger { get; init; }

    /// <summary>
    /// Whether it is a task with options that the operator typed. It is not a run of the job that has the task's name, and so the same
    /// partition. False in rows from before this was kept.
    /// </summary>
    public bool IsTyped { get; init; }

    /// <summary>The due time that was carried out; null for manual runs.</summary>
    public DateTimeOffset? Occurrence { get; init; }

    public bool DryRun { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while it runs. For a dead run, when it was found.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Null while it runs and for a dead run.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The machine and process; null before it is written to the table.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the task was started; false for skips and for failures before it. Not kept.</summary>
    public bool Attempted { get; init; }

    /// <summary>A later tick met the same held lock or unreadable state: only the first is logged and counted. Not kept.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>A skip that leaves its occurrence open, so that the next tick tries again. A held lock always does. Not kept.</summary>
    public bool StaysOpen { get; init; }

    public required TaskResult Result { get; init; }

    public Outcome Outcome => Result.Outcome;

    public SkipReason? Reason => Result.Reason;

    /// <summary>Whether it did a part of the work, and the next run continues. What it counted is in the next run's counts, too.</summary>
    public bool IsUnfinished => Reason == SkipReason.Unfinished;

    /// <summary>Whether the program was asked to stop during the run.</summary>
    public bool IsInterrupted => Reason == SkipReason.Interrupted;

    public IReadOnlyList<KeyValuePair<string, long>> Counts => Result.Counts;

    public IReadOnlyList<KeyValuePair<string, long>> Bytes => Result.Bytes;

    public string? Error => Result.Error;

    public IReadOnlyList<string> Warnings => Result.Warnings;

    public IReadOnlyList<ResultTable> Tables => Result.Tables;
}
