namespace Cochin.Functions.Storage;

/// <summary>
/// Decides how many requests may be under way at once, by what comes of them: twice as many after a round of successes, until the
/// service is overloaded for the first time; from then on half as many after an overload, and one more after a round of successes.
/// </summary>
/// <param name="most">The level never exceeds this.</param>
/// <param name="start">The level to begin with.</param>
internal sealed class AdaptiveConcurrency(int most, int start)
{
    private readonly Lock changing = new();
    private readonly Queue<TaskCompletionSource> waiting = [];
    private int level = Math.Clamp(start, 1, most);
    private int underWay;
    private int successes;
    private int round;
    private bool wasOverloaded;

    public int Level => Volatile.Read(ref level);

    /// <summary>Waits until one more request may be under way; it is until the slot is disposed of.</summary>
    public async Task<ConcurrencySlot> EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (changing)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (underWay < level && waiting.Count == 0)
            {
                underWay++;
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

    /// <summary>Learns from a request that took no slot: how long it waited behind those that did.</summary>
    public void Observe(bool success) => Change(() => Learn(success));

    internal void Leave(int itsRound, bool? succeeded) => Change(() =>
    {
        underWay--;

        // What began before the last change tells nothing about the current level.
        if (itsRound == round && succeeded is { } success)
        {
            Learn(success);
        }
    });

    private void Change(Action change)
    {
        lock (changing)
        {
            change();
            while (underWay < level && waiting.TryDequeue(out var next))
            {
                underWay += next.TrySetResult() ? 1 : 0;
            }
        }
    }

    private void Learn(bool success)
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
            level = Math.Min(most, level + 1);
        }
        else if (++successes >= level)
        {
            successes = 0;
            level = Math.Min(most, level + 1);
        }
    }
}
