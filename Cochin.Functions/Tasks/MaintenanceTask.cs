namespace Cochin.Functions.Tasks;

/// <summary>A maintenance task. Registered once; the runner finds it by name.</summary>
internal abstract class MaintenanceTask
{
    /// <summary>The name in its <see cref="TaskDescription"/>; also the scope of the lock.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Runs the task. Expected failures are returned as an outcome. Bugs, lost connections and the cancellation of
    /// <paramref name="cancellationToken"/> are thrown, and the runner handles them.
    /// </summary>
    public abstract Task<TaskResult> RunAsync(TaskOptions options, TaskContext context, CancellationToken cancellationToken);
}

/// <inheritdoc />
internal abstract class MaintenanceTask<TOptions> : MaintenanceTask
    where TOptions : TaskOptions
{
    public sealed override Task<TaskResult> RunAsync(TaskOptions options, TaskContext context, CancellationToken cancellationToken) =>
        RunAsync((TOptions)options, context, cancellationToken);

    protected abstract Task<TaskResult> RunAsync(TOptions options, TaskContext context, CancellationToken cancellationToken);
}
