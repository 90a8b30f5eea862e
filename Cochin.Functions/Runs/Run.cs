using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>A run in progress: its options, its trigger and when it started.</summary>
internal sealed class Run
{
    private readonly TimeProvider time;
    private readonly long startTimestamp;

    private Run(TaskOptions options, JobDefinition? definition, RunTrigger trigger, RunObserver observer, TimeProvider time)
    {
        this.time = time;
        startTimestamp = time.GetTimestamp();
        StartedAt = time.GetUtcNow();
        Options = options;
        Definition = definition;
        Trigger = trigger;
        Observer = observer;
    }

    /// <summary>A run for the job's latest occurrence.</summary>
    public static Run Scheduled(JobDefinition job, TimeProvider time)
    {
        var run = new Run(job.Options, job, RunTrigger.Scheduled, RunObserver.None, time);
        run.Occurrence = job.Schedule.Latest(run.StartedAt);
        return run;
    }

    /// <summary>A run of a job that the operator asked for.</summary>
    public static Run Requested(JobDefinition job, bool dryRun, RunObserver observer, TimeProvider time) =>
        new(job.Options with { DryRun = dryRun }, job, RunTrigger.Manual, observer, time);

    /// <summary>A run of a task with options that the operator typed.</summary>
    public static Run Typed(TaskOptions options, RunObserver observer, TimeProvider time) =>
        new(options, definition: null, RunTrigger.Manual, observer, time);

    public TaskOptions Options { get; }

    /// <summary>The job; null for a typed task, which has no job state and settles no occurrence.</summary>
    public JobDefinition? Definition { get; }

    public RunTrigger Trigger { get; }

    /// <summary>Whether it is a task with options that the operator typed. It is not a run of the job that has the task's name.</summary>
    public bool IsTyped => Definition is null;

    /// <summary>The due time that the run is for; null for manual runs.</summary>
    public DateTimeOffset? Occurrence { get; private set; }

    public RunObserver Observer { get; }

    public DateTimeOffset StartedAt { get; }

    public TimeSpan Elapsed => time.GetElapsedTime(startTimestamp);

    /// <summary>Why the run failed, for telemetry: a storage error code, an exception type, or a code such as <c>lock_lost</c>.</summary>
    public string ErrorType { get; set; } = "failed";

    /// <summary>Whether a failure of this run settles its occurrence.</summary>
    public bool IsLastAttempt { get; set; }

    /// <summary>The state of the job as last read; null for a typed task.</summary>
    public JobState? State { get; set; }

    /// <summary>Whether an earlier run may have left a checkpoint. If not, none is searched for.</summary>
    public bool MayContinue { get; set; } = true;

    /// <summary>The occurrence whose unfinished work this run continues; null if there is none.</summary>
    public DateTimeOffset? Continues { get; set; }

    public string Id => field ??= RunKeys.NewRunId(StartedAt);

    /// <summary>The job's name, or the task's name for a typed task.</summary>
    public string Label => Definition?.Name ?? Options.Task;

    /// <summary>The report of the run if it ends now with this result.</summary>
    public RunReport Report(TaskResult result)
    {
        var duration = Elapsed;
        return RunningReport() with { FinishedAt = StartedAt + duration, Duration = duration, Result = result };
    }

    /// <summary>The report of the run while it is in progress.</summary>
    public RunReport RunningReport() => new()
    {
        Job = Label,
        Task = Options.Task,
        RunId = Id,
        Trigger = Trigger,
        IsTyped = IsTyped,
        Occurrence = Occurrence,
        DryRun = Options.DryRun,
        StartedAt = StartedAt,
        Result = new TaskResult { Outcome = Outcome.Running },
    };

    public RunReport Skip(SkipReason reason, string? why = null) => Report(TaskResult.Skip(reason, why));
}

/// <summary>Callbacks during a run.</summary>
/// <param name="Items">Receives each item with its decision. Leave it null if not needed: then no items are created.</param>
internal sealed record RunObserver(Action<TaskProgress>? Progress = null, Action<TaskItem>? Items = null)
{
    public static RunObserver None { get; } = new();
}
