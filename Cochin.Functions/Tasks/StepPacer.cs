namespace Cochin.Functions.Tasks;

/// <summary>
/// Decides whether another step fits into the remaining time of the run, based on the duration of recent steps. Thread-safe.
/// </summary>
internal sealed class StepPacer(TaskContext context)
{
    // The next step may take twice as long.
    private const int SafetyFactor = 2;

    private readonly Lock sync = new();
    private TimeSpan timePerItem;
    private volatile bool isStopped;

    /// <summary>Whether a step was refused. No step starts after that.</summary>
    public bool IsStopped => isStopped;

    /// <summary>Returns whether a step may start now.</summary>
    /// <param name="items">The number of items in the step.</param>
    /// <param name="after">The delay before the step starts.</param>
    public bool CanStart(int items = 1, TimeSpan after = default)
    {
        lock (sync)
        {
            isStopped |= !context.HasTimeFor(after + (SafetyFactor * items * timePerItem));
            return !isStopped;
        }
    }

    /// <summary>Records the duration of a step. The estimate falls by at most half per step, so one fast step does not hide a slow one.</summary>
    public void RecordDuration(TimeSpan time, int items = 1)
    {
        lock (sync)
        {
            var now = time / items;
            timePerItem = now > timePerItem / 2 ? now : timePerItem / 2;
        }
    }

    public void Stop() => isStopped = true;
}
