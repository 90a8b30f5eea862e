namespace Cochin.Functions.Tasks;

/// <summary>
/// Where a task that can't finish within its time keeps what its next run needs to go on. This one has nothing and keeps nothing:
/// so it is in a dry run.
/// </summary>
internal class Checkpoint
{
    public static Checkpoint None { get; } = new();

    /// <summary>What an earlier run of the same work has kept; null where the work begins anew.</summary>
    /// <param name="read">
    /// Makes it of the bytes that were kept. Where it throws <see cref="InvalidDataException"/>, <see cref="EndOfStreamException"/>
    /// or a <see cref="System.Text.Json.JsonException"/>, what was kept is dropped with a warning.
    /// </param>
    public virtual Task<T?> FindAsync<T>(Func<Stream, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
        where T : class => Task.FromResult<T?>(null);

    /// <summary>
    /// Keeps what the next run needs, in the place of what was kept before: all of it or, after a crash, nothing of it. A task that
    /// then stops ends with <see cref="TaskResult.Unfinished"/>; after any other end what was kept is deleted.
    /// </summary>
    /// <param name="progress">How far the whole work is, in steps of the task's own. A run that stops without having raised it has failed.</param>
    /// <param name="content">Asked for once, piece by piece, in order.</param>
    public virtual Task KeepAsync(long progress, IEnumerable<ReadOnlyMemory<byte>> content, CancellationToken cancellationToken) => Task.CompletedTask;
}
