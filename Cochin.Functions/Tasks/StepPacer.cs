namespace Cochin.Functions.Tasks;

/// <summary>
/// Whether one more step of the work would end within the time of the run, judged by how long the last ones took. Several may be under
/// way at once.
/// </summary>
internal sealed class StepPacer(TaskContext context)
{
    // The next may well take twice as long.
    private const int Caution = 2;

    private readonly Lock learning = new();
    private TimeSpan ofAnItem;
    private volatile bool isStopped;

    /// <summary>Whether a step was refused: from then on none is begun.</summary>
    public bool IsStopped => isStopped;

    /// <summary>Asked right before a step.</summary>
    /// <param name="items">How much it does.</param>
    /// <param name="after">How long it waits before.</param>
    public bool CanStart(int items = 1, TimeSpan after = default)
    {
        lock (learning)
        {
            isStopped |= !context.HasTimeFor(after + (Caution * items * ofAnItem));
            return !isStopped;
        }
    }

    /// <summary>A slow step is remembered for some while: the next is not quick because one was.</summary>
    public void Took(TimeSpan time, int items = 1)
    {
        lock (learning)
        {
            var now = time / items;
            ofAnItem = now > ofAnItem / 2 ? now : ofAnItem / 2;
        }
    }

    public void Stop() => isStopped = true;
}
