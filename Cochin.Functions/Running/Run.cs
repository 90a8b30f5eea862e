using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>A run under way: what was asked for, by what, and when it started.</summary>
internal sealed class Run
{
    private readonly TimeProvider time;
    private readonly long begun;

    private Run(TaskOptions options, JobDefinition? definition, RunTrigger trigger, RunObserver observer, TimeProvider time)
    {
        this.time = time;
        begun = time.GetTimestamp();
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

    /// <summary>A job that the operator asked for.</summary>
    public static Run Requested(JobDefinition job, bool dryRun, RunObserver observer, TimeProvider time) =>
        new(job.Options with { DryRun = dryRun }, job, RunTrigger.Manual, observer, time);

    /// <summary>A task with options that the operator typed.</summary>
    public static Run Typed(TaskOptions options, RunObserver observer, TimeProvider time) => new(options, definition: null, RunTrigger.Manual, observer, time);

    public TaskOptions Options { get; }

    /// <summary>The job; null for a typed task, whose run has no state and settles nothing.</summary>
    public JobDefinition? Definition { get; }

    public RunTrigger Trigger { get; }

    /// <summary>Whether it is a task with options that the operator typed. It is not a run of the job that has the task's name.</summary>
    public bool IsTyped => Definition is null;

    /// <summary>The due time to carry out; null for manual runs.</summary>
    public DateTimeOffset? Occurrence { get; private set; }

    public RunObserver Observer { get; }

    public DateTimeOffset StartedAt { get; }

    public TimeSpan Elapsed => time.GetElapsedTime(begun);

    /// <summary>What ended a failed run: an error code of the storage, an exception's type, or a word such as <c>lock_lost</c>.</summary>
    public string ErrorType { get; set; } = "failed";

    /// <summary>Whether a failure of this run settles its occurrence.</summary>
    public bool IsLastAttempt { get; set; }

    /// <summary>The occurrence whose unfinished work this run continues; null if there is none.</summary>
    public DateTimeOffset? Continues { get; set; }

    public string Id => field ??= RunKeys.NewRunId(StartedAt);

    /// <summary>The job's name, or the task's name for a typed task.</summary>
    public string Label => Definition?.Name ?? Options.Task;

    /// <summary>The report of a run that has ended now.</summary>
    public RunReport Report(TaskResult result)
    {
        var duration = Elapsed;
        return RunningReport() with { FinishedAt = StartedAt + duration, Duration = duration, Result = result };
    }

    /// <summary>The report of a run that works now.</summary>
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
