namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Deletes units in groups, a few groups concurrently: while the blobs of one group are deleted, the next group is listed and written to the
/// audit log. Only these groups are kept in memory.
/// </summary>
/// <param name="handle">Called for each unit when this run is done with it, on the caller's thread.</param>
/// <param name="groupSize">The number of units or blobs after which a group is full.</param>
/// <param name="maxActive">The maximum number of groups in progress.</param>
internal sealed class DeletionQueue(
    UnitDeleter deleter,
    Action<UnitDeletion> handle,
    int groupSize,
    int maxActive,
    CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly Queue<(List<UnitDeletion> Deletions, Task Work)> active = [];
    private List<UnitDeletion> next = [];
    private int blobs;

    /// <summary>The first page with a unit that is not handled yet; null if there is none in the listing of this run.</summary>
    public PageStart? OldestPage =>
        active.SelectMany(group => group.Deletions).Concat(next).Select(deletion => deletion.Page).FirstOrDefault(page => page is not null);

    /// <exception cref="Exception">An earlier group failed.</exception>
    public async ValueTask AddAsync(UnitDeletion deletion)
    {
        next.Add(deletion);
        blobs += deletion.Unit.Blobs?.Count ?? 0;
        if (Math.Max(next.Count, blobs) >= groupSize)
        {
            await StartGroupAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts the last group and waits for all groups.</summary>
    /// <inheritdoc cref="AddAsync" path="/exception"/>
    public async Task FinishAsync()
    {
        await StartGroupAsync().ConfigureAwait(false);
        while (active.Count > 0)
        {
            await FinishFirstGroupAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the groups in progress, so that the counts include their deletes. Does not throw their exceptions.</summary>
    public async ValueTask DisposeAsync()
    {
        while (active.TryDequeue(out var group))
        {
            await group.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Close(group.Deletions);
        }
    }

    private async Task StartGroupAsync()
    {
        if (next.Count == 0)
        {
            return;
        }

        while (active.Count >= maxActive)
        {
            await FinishFirstGroupAsync().ConfigureAwait(false);
        }

        // If there is no time for deletes, none are announced in the audit log either.
        active.Enqueue((next, deleter.IsOutOfTime ? Task.CompletedTask : deleter.DeleteAsync(next, cancellationToken)));
        next = [];
        blobs = 0;
    }

    private async Task FinishFirstGroupAsync()
    {
        var (deletions, work) = active.Dequeue();
        try
        {
            await work.ConfigureAwait(false);
        }
        finally
        {
            Close(deletions);
        }
    }

    private void Close(List<UnitDeletion> deletions)
    {
        if (deleter.IsOutOfTime)
        {
            deletions.ForEach(deletion => deletion.Suspend());
        }

        foreach (var deletion in deletions.Where(deletion => deletion.IsSuspended || !deletion.IsUntouched))
        {
            deletion.Close();
            handle(deletion);
        }
    }
}
