using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Runs;

/// <summary>Stops a run early: if the program is asked to stop, the lock is lost, or the time limit is reached.</summary>
internal sealed class RunStop : IDisposable
{
    public const string Interrupted = "Interrupted: the program was asked to stop. The work done so far is kept, and the next run continues.";
    public const string LockLost = "The lock was lost during the run, so it stopped; another runner may have taken over.";

    private readonly Run run;
    private readonly BlobLock? held;
    private readonly TimeSpan? limit;
    private readonly CancellationToken program;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource any;

    /// <param name="held">The lock under which the work is done; null if there is none.</param>
    /// <param name="limit">How long the run may take, counted from its start; null for no limit.</param>
    /// <param name="program">Fires when the program is asked to stop.</param>
    public RunStop(Run run, BlobLock? held, TimeSpan? limit, TimeProvider time, CancellationToken program)
    {
        this.run = run;
        this.held = held;
        this.limit = limit;
        this.program = program;
        timer = limit is { } total
            ? new CancellationTokenSource(total - run.Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero, time)
            : new CancellationTokenSource();
        any = CancellationTokenSource.CreateLinkedTokenSource(program, held?.Lost ?? CancellationToken.None, timer.Token);
    }

    public CancellationToken Token => any.Token;

    /// <summary>Why the run must stop; null if it need not. Uses the clock and not the timers, which fire late after the process was paused.</summary>
    public string? Reason =>
        program.IsCancellationRequested ? Interrupted
        : held is { IsHeld: false } ? LockLost
        : run.Elapsed >= limit ? RunReasons.TimeLimit(run, limit.Value)
        : null;

    /// <summary>The <c>error.type</c> of a reason.</summary>
    public static string ErrorType(string reason) => reason switch
    {
        Interrupted => "interrupted",
        LockLost => "lock_lost",
        _ => "time_limit",
    };

    /// <summary>The failure kind for a reason; null if the program was asked to stop, which is not a failure.</summary>
    public static FailureKind? Failure(string reason) => reason switch
    {
        Interrupted => null,
        LockLost => FailureKind.LockLost,
        _ => FailureKind.TimeLimit,
    };

    /// <exception cref="RunStoppedException">The run must stop.</exception>
    public void ThrowIfStopped()
    {
        if (Reason is { } reason)
        {
            throw new RunStoppedException(reason);
        }
    }

    public void Dispose()
    {
        any.Dispose();
        timer.Dispose();
    }
}
