namespace Cochin.Functions.Storage;

/// <summary>
/// Adapts the number of concurrent requests to their results. The level doubles after each round of successes until the service is first
/// overloaded. After that, it is halved on each overload and increased by one after each round of successes.
/// </summary>
/// <param name="max">The maximum level.</param>
/// <param name="start">The initial level.</param>
internal sealed class AdaptiveConcurrency(int max, int start)
{
    private readonly Lock sync = new();
    private readonly Queue<TaskCompletionSource> waiting = [];
    private int level = Math.Clamp(start, 1, max);
    private int inFlight;
    private int successes;
    private int round;
    private bool wasOverloaded;

    public int Level => Volatile.Read(ref level);

    /// <summary>Waits for a slot for one request. Dispose the slot to free it.</summary>
    public async Task<ConcurrencySlot> EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (sync)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (inFlight < level && waiting.Count == 0)
            {
                inFlight++;
                return new ConcurrencySlot(this, round);
            }

            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(turn);
        }

        using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)))
        {
            await turn.Task.ConfigureAwait(false);
        }

        return new ConcurrencySlot(this, Volatile.Read(ref round));
    }

    /// <summary>Adjusts the level by the result of a request that took no slot.</summary>
    public void Observe(bool success) => Change(() => Adjust(success));

    /// <summary>Raises the level, unless the service was overloaded before.</summary>
    public void RaiseTo(int newLevel) => Change(() => level = wasOverloaded ? level : Math.Clamp(newLevel, level, max));

    internal void Release(int slotRound, bool? succeeded) => Change(() =>
    {
        inFlight--;

        // A request that started before the last change says nothing about the current level.
        if (slotRound == round && succeeded is { } success)
        {
            Adjust(success);
        }
    });

    private void Change(Action change)
    {
        lock (sync)
        {
            change();
            while (inFlight < level && waiting.TryDequeue(out var next))
            {
                inFlight += next.TrySetResult() ? 1 : 0;
            }
        }
    }

    private void Adjust(bool success)
    {
        if (!success)
        {
            wasOverloaded = true;
            successes = 0;
            round++;
            level = Math.Max(1, level / 2);
        }
        else if (!wasOverloaded)
        {
            level = Math.Min(max, level + 1);
        }
        else if (++successes >= level)
        {
            successes = 0;
            level = Math.Min(max, level + 1);
        }
    }
}

/// <summary>A slot for one request. Record the result before it is disposed.</summary>
internal sealed class ConcurrencySlot(AdaptiveConcurrency concurrency, int round) : IDisposable
{
    private bool? succeeded;
    private bool isReleased;

    public void Succeeded() => succeeded ??= true;

    public void Overloaded() => succeeded = false;

    public void Dispose()
    {
        if (!isReleased)
        {
            isReleased = true;
            concurrency.Release(round, succeeded);
        }
    }
}
