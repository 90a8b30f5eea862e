namespace Cochin.Functions.Running;

/// <summary>
/// The time that a run has until it stops by itself, and what comes after: a while to wait for what is under way, and one to keep the
/// checkpoint.
/// </summary>
internal sealed class RunBudget : IDisposable
{
    private readonly Run run;
    private readonly TimeSpan? budget;
    private readonly CancellationTokenSource? used;
    private readonly CancellationTokenSource? lastMoment;

    /// <param name="limits">Those of the run; null for a run that can't be continued, and so has no such time.</param>
    public RunBudget(Run run, RunLimits? limits, TimeProvider time)
    {
        this.run = run;
        budget = limits?.Budget;
        if (limits is { Work: { } limit, Budget: { } until })
        {
            used = After(until);
            lastMoment = After(until + ((limit - until) / 2));
        }

        CancellationTokenSource After(TimeSpan total) => new(total - run.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero, time);
    }

    /// <summary>Fires when the time is used up.</summary>
    public CancellationToken Exhausted => used?.Token ?? CancellationToken.None;

    /// <summary>Fires when what is still under way must be left without its answer.</summary>
    public CancellationToken LastMoment => lastMoment?.Token ?? CancellationToken.None;

    public bool IsExhausted => !HasTimeFor(TimeSpan.Zero);

    public bool HasTimeFor(TimeSpan step) => !(run.Elapsed + step >= budget);

    public void Dispose()
    {
        used?.Dispose();
        lastMoment?.Dispose();
    }
}
