using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>How a run went: what the caller gets, also for dry runs and skips that leave no record.</summary>
internal sealed record RunReport
{
    /// <summary>The job's name; the task's where a person typed the task.</summary>
    public required string Job { get; init; }

    public required string Task { get; init; }

    public required string RunId { get; init; }

    public required RunTrigger Trigger { get; init; }

    /// <summary>Whether it is a task that a person typed: not a run of the job that has the task's name.</summary>
    public bool IsTyped { get; init; }

    /// <summary>The due time that was carried out; null for manual runs.</summary>
    public DateTimeOffset? Occurrence { get; init; }

    public required bool DryRun { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Whether the task was set to work; false for skips and for trouble on the way to it.</summary>
    public bool Attempted { get; init; }

    /// <summary>A later tick met the same held lock or unreadable state: reported and counted the first time only.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>A skip that leaves its occurrence open, so that the next tick looks at it again; of a held lock that is understood.</summary>
    public bool StaysOpen { get; init; }

    public required TaskResult Result { get; init; }

    public Outcome Outcome => Result.Outcome;

    public SkipReason? Reason => Result.Reason;

    /// <summary>Whether it did a part of the work, and the next run goes on.</summary>
    public bool IsUnfinished => Reason == SkipReason.Unfinished;

    /// <inheritdoc cref="RunRecord.IsInterrupted"/>
    public bool IsInterrupted => Reason == SkipReason.Interrupted;

    public IReadOnlyList<KeyValuePair<string, long>> Counts => Result.Counts;

    public IReadOnlyList<KeyValuePair<string, long>> Bytes => Result.Bytes;

    public string? Error => Result.Error;

    public IReadOnlyList<string> Warnings => Result.Warnings;

    public IReadOnlyList<ResultTable> Tables => Result.Tables;
}
