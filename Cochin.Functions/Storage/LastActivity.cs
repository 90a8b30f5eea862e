namespace Cochin.Functions.Storage;

/// <summary>When an operation was last alive, as far as its row proves it.</summary>
/// <param name="At">The latest of heartbeat, start and creation; null if nothing proves a time.</param>
/// <param name="Unreadable">Columns that hold something that is not a time: what they say may be later than <paramref name="At"/>.</param>
/// <param name="Ahead">Columns that hold a time still to come. Then the service's own time stamp of the row counts: it was not written later.</param>
internal sealed record LastActivity(DateTimeOffset? At, IReadOnlyList<string> Unreadable, IReadOnlyList<string> Ahead)
{
    /// <summary>How far the clock of another program may be ahead: the service refuses requests signed by one that is further off.</summary>
    public static TimeSpan ClockSkewTolerance { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The columns that are a sign of life.</summary>
    public static IReadOnlyList<string> Columns { get; } = [nameof(Operation.HeartbeatAt), nameof(Operation.StartedAt), nameof(Operation.CreatedAt)];

    /// <summary>Whether silence for the limit is proven: nothing readable is younger, and nothing is unreadable.</summary>
    public bool IsInactive(DateTimeOffset now, TimeSpan limit) => Unreadable.Count == 0 && !(now - At < limit);

    public static LastActivity Of(Operation operation, DateTimeOffset now)
    {
        DateTimeOffset?[] times = [operation.HeartbeatAt, operation.StartedAt, operation.CreatedAt];
        var latest = now + ClockSkewTolerance;
        var at = times.Where(time => time <= latest).Max();
        if (!Array.Exists(times, time => time > latest))
        {
            return new(at, operation.UnreadableTimes, []);
        }

        string[] ahead = [.. Columns.Where((_, i) => times[i] > latest)];
        return new(operation.Timestamp is { } written ? (at > written ? at : written) : null, operation.UnreadableTimes, ahead);
    }
}
