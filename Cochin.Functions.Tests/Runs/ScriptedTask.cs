using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Runs;

internal sealed record ScriptedOptions : TaskOptions
{
    public override string Task => ScriptedTask.TaskName;
}

/// <summary>A task that runs a delegate of the test and counts its runs.</summary>
internal sealed class ScriptedTask : MaintenanceTask<ScriptedOptions>
{
    public const string TaskName = "scripted";

    private int runs;

    public Func<TaskContext, CancellationToken, Task<TaskResult>> Does { get; set; } = static (_, _) => Task.FromResult(Done);

    public int Runs => Volatile.Read(ref runs);

    public static TaskResult Done { get; } = new() { Outcome = Outcome.Completed, Counts = [new("things", 3)], Bytes = [new("freed", 42)] };

    public static TaskResult Failed { get; } = new() { Outcome = Outcome.Failed, Error = "It does not work." };

    public override string Name => TaskName;

    protected override Task<TaskResult> RunAsync(ScriptedOptions options, TaskContext context, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref runs);
        return Does(context, cancellationToken);
    }
}
