namespace Cochin.Functions.Tests.Fakes;

/// <summary>A clock that can jump without firing timers, as for a process that was paused.</summary>
internal sealed class PausedTimers(TimeProvider inner) : TimeProvider
{
    private long jumped;
    private long suspended;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public void Jump(TimeSpan by) => Interlocked.Add(ref jumped, (long)(by.TotalSeconds * TimestampFrequency));

    /// <summary>Moves the wall clock only: the monotonic clock stands still while the system is suspended.</summary>
    public void Suspend(TimeSpan by) => Interlocked.Add(ref suspended, by.Ticks);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    public override long GetTimestamp() => inner.GetTimestamp() + Interlocked.Read(ref jumped);

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref suspended));
}
