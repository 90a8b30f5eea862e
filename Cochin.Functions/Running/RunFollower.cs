namespace Cochin.Functions.Running;

/// <summary>
/// Something that follows runs from outside: it is told when one starts and when one has ended. A follower can't change how a
/// run goes: what it throws is logged, and it has a limited time.
/// </summary>
internal abstract class RunFollower
{
    /// <summary>The record of a run is written and its work begins. Not told of dry runs and skips.</summary>
    public virtual Task StartedAsync(Run run, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A run has ended and its lock is free again. Told of skips too, but not of dry runs and of ticks with nothing due.</summary>
    public virtual Task EndedAsync(RunReport report, CancellationToken cancellationToken) => Task.CompletedTask;
}
