namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>
/// Hands units to the deleter by groups, a few groups at once: while the blobs of one go, the next is listed and written to the audit
/// log. What is kept in memory is these groups.
/// </summary>
/// <param name="handle">Takes each unit when nothing more will be done to it in this run; called by whoever calls this class.</param>
/// <param name="size">How many units or blobs make a group.</param>
/// <param name="atOnce">How many groups may be under way.</param>
internal sealed class DeletionQueue(UnitDeleter deleter, Action<UnitDeletion> handle, int size, int atOnce, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly Queue<(List<UnitDeletion> Deletions, Task Work)> underWay = [];
    private List<UnitDeletion> next = [];
    private int blobs;

    /// <summary>The first page with a unit that is not handled yet; null if there is none, or none of this run's own listing.</summary>
    public PageStart? OldestPage =>
        underWay.SelectMany(group => group.Deletions).Concat(next).Select(deletion => deletion.Page).FirstOrDefault(page => page is not null);

    /// <exception cref="Exception">What went wrong with an earlier group.</exception>
    public async ValueTask AddAsync(UnitDeletion deletion)
    {
        next.Add(deletion);
        blobs += deletion.Unit.Blobs?.Count ?? 0;
        if (Math.Max(next.Count, blobs) >= size)
        {
            await BeginAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits until all is done.</summary>
    /// <inheritdoc cref="AddAsync" path="/exception"/>
    public async Task FinishAsync()
    {
        await BeginAsync().ConfigureAwait(false);
        while (underWay.Count > 0)
        {
            await EndFirstAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What is under way comes to its end, and the counts say what is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        while (underWay.TryDequeue(out var group))
        {
            await group.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Close(group.Deletions);
        }
    }

    private async Task BeginAsync()
    {
        if (next.Count == 0)
        {
            return;
        }

        while (underWay.Count >= atOnce)
        {
            await EndFirstAsync().ConfigureAwait(false);
        }

        // Without time for a delete, nothing is announced in the audit log either.
        underWay.Enqueue((next, deleter.IsOutOfTime ? Task.CompletedTask : deleter.DeleteAsync(next, cancellationToken)));
        next = [];
        blobs = 0;
    }

    private async Task EndFirstAsync()
    {
        var (deletions, work) = underWay.Dequeue();
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
