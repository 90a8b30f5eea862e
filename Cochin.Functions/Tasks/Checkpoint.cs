namespace Cochin.Functions.Tasks;

/// <summary>
/// Stores the state that the next run needs to continue a task that ran out of time. This implementation stores nothing; dry runs use it.
/// </summary>
internal class Checkpoint
{
    public static Checkpoint None { get; } = new();

    /// <summary>Returns the state saved by an earlier run of the same work; null if the work starts from the beginning.</summary>
    /// <param name="read">
    /// Deserializes the saved bytes. If it throws <see cref="InvalidDataException"/>, <see cref="EndOfStreamException"/>
    /// or <see cref="System.Text.Json.JsonException"/>, the checkpoint is discarded with a warning.
    /// </param>
    public virtual Task<T?> FindAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class => Task.FromResult<T?>(null);

    /// <summary>
    /// Replaces the checkpoint atomically. A task that stops afterwards returns <see cref="TaskResult.Unfinished"/>; after any other
    /// result the checkpoint is deleted.
    /// </summary>
    /// <param name="progress">Progress of the whole work, in units chosen by the task. A run that stops without increasing it has failed.</param>
    /// <param name="content">Enumerated once, in order.</param>
    public virtual Task KeepAsync(long progress, IEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) => Task.CompletedTask;
}
