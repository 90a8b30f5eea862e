namespace Cochin.Functions.Tasks;

/// <summary>A kind of work. Registered once; the runner finds it by its name.</summary>
internal abstract class MaintenanceTask
{
    /// <summary>As its <see cref="TaskDescription"/> has it; also the scope of the lock.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Does the work. Expected trouble comes back as an outcome; what is thrown is a bug, a lost connection or the
    /// cancellation of <paramref name="cancellationToken"/>, and the runner deals with it.
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
