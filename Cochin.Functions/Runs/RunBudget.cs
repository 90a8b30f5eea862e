namespace Cochin.Functions.Runs;

/// <summary>
/// The time after which a run stops by itself at a safe point. The rest of its time limit is split in two: first to wait for pending
/// requests, then to save the checkpoint.
/// </summary>
internal sealed class RunBudget : IDisposable
{
    private readonly Run run;
    private readonly TimeSpan? budget;
    private readonly CancellationTokenSource? exhausted;
    private readonly CancellationTokenSource? lastMoment;

    /// <param name="limits">The limits of the run; null for a run that can't be continued later, which has no budget.</param>
    public RunBudget(Run run, RunLimits? limits, TimeProvider time)
    {
        this.run = run;
        budget = limits?.Budget;
        if (limits is { Work: { } limit, Budget: { } total })
        {
            exhausted = After(total);
            lastMoment = After(total + ((limit - total) / 2));
        }

        CancellationTokenSource After(TimeSpan elapsed) => new(elapsed - run.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero, time);
    }

    /// <summary>Fires when the budget is exhausted.</summary>
    public CancellationToken Exhausted => exhausted?.Token ?? CancellationToken.None;

    /// <summary>Fires when the run must stop waiting for pending requests.</summary>
    public CancellationToken LastMoment => lastMoment?.Token ?? CancellationToken.None;

    public bool IsExhausted => !HasTimeFor(TimeSpan.Zero);

    public bool HasTimeFor(TimeSpan step) => !(run.Elapsed + step >= budget);

    public void Dispose()
    {
        exhausted?.Dispose();
        lastMoment?.Dispose();
    }
}
