using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>A run under way: who asked for what, and since when.</summary>
internal sealed class Run(TaskOptions options, JobDefinition? definition, RunTrigger trigger, DateTimeOffset? occurrence, RunObserver observer, TimeProvider time)
{
    private readonly long begun = time.GetTimestamp();

    public TaskOptions Options { get; } = options;

    /// <summary>Null where a person typed the task: such a run has no state and settles nothing.</summary>
    public JobDefinition? Definition { get; } = definition;

    public RunTrigger Trigger { get; } = trigger;

    /// <summary>Whether it is a task with options that a person typed. It is not a run of the job that has the task's name.</summary>
    public bool IsTyped => Definition is null;

    /// <summary>The due time to carry out; null for manual runs.</summary>
    public DateTimeOffset? Occurrence { get; } = occurrence;

    public RunObserver Observer { get; } = observer;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public TimeSpan Elapsed => time.GetElapsedTime(begun);

    /// <summary>What kind of trouble ended the run: an error code, an exception's type or a word of ours.</summary>
    public string ErrorType { get; set; } = "failed";

    /// <summary>Whether a failure of this run settles its occurrence.</summary>
    public bool IsLastAttempt { get; set; }

    /// <summary>The occurrence whose unfinished work this run goes on with; null where there is none.</summary>
    public DateTimeOffset? GoesOnWith { get; set; }

    public string Id => field ??= RunKeys.NewRunId(StartedAt);

    /// <summary>The job's name; the task's where a person typed the task.</summary>
    public string Label => Definition?.Name ?? Options.Task;

    public RunReport Report(TaskResult result) => new()
    {
        Job = Label,
        Task = Options.Task,
        RunId = Id,
        Trigger = Trigger,
        IsTyped = IsTyped,
        Occurrence = Occurrence,
        DryRun = Options.DryRun,
        StartedAt = StartedAt,
        Duration = Elapsed,
        Result = result,
    };

    public RunReport Skip(SkipReason reason, string? why = null) => Report(TaskResult.Skip(reason, why));
}
