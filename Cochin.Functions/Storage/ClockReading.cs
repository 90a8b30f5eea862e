namespace Cochin.Functions.Storage;

/// <summary>
/// A moment on both clocks. The monotonic clock stands still while the system is suspended, and the wall clock may be set back, so the time since
/// is the longer one: what was read, or is leased, never counts as fresher than it is.
/// </summary>
internal sealed record ClockReading(long Timestamp, DateTimeOffset Time)
{
    public static ClockReading Of(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <param name="time">The clock that it was read from.</param>
    public TimeSpan Elapsed(TimeProvider time)
    {
        var (monotonic, wall) = (time.GetElapsedTime(Timestamp), time.GetUtcNow() - Time);
        return monotonic > wall ? monotonic : wall;
    }
}
