namespace Cochin.Functions.Storage;

/// <summary>The last activity of an operation, according to its row.</summary>
/// <param name="At">The latest of heartbeat, start and creation; null if none is reliable.</param>
/// <param name="Unreadable">Columns whose value is not a time; the last activity may be later than <paramref name="At"/>.</param>
/// <param name="InFuture">Columns with a time in the future. The row's Timestamp is then the upper limit.</param>
internal sealed record LastActivity(DateTimeOffset? At, IReadOnlyList<string> Unreadable, IReadOnlyList<string> InFuture)
{
    /// <summary>How far the clock of another program may be ahead. The service rejects requests signed with a larger difference.</summary>
    public static TimeSpan ClockSkewTolerance { get; } = TimeSpan.FromMinutes(15);

    /// <summary>The columns that show activity.</summary>
    public static IReadOnlyList<string> Columns { get; } = [nameof(Operation.HeartbeatAt), nameof(Operation.StartedAt), nameof(Operation.CreatedAt)];

    /// <summary>Whether the operation has certainly been inactive for the limit: no later time, and no unreadable column.</summary>
    public bool IsInactive(DateTimeOffset now, TimeSpan limit) => Unreadable.Count == 0 && !(now - At < limit);

    public static LastActivity Of(Operation operation, DateTimeOffset now)
    {
        DateTimeOffset?[] times = [operation.HeartbeatAt, operation.StartedAt, operation.CreatedAt];
        var latest = now + ClockSkewTolerance;
        var at = times.Where(time => time <= latest && !time.Value.IsPlaceholder()).Max();
        if (!Array.Exists(times, time => time > latest))
        {
            return new(at, operation.UnreadableTimes, []);
        }

        string[] inFuture = [.. Columns.Where((_, i) => times[i] > latest)];
        return new(operation.Timestamp is { } written ? (at > written ? at : written) : null, operation.UnreadableTimes, inFuture);
    }
}
