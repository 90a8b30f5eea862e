using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Decides whether an operation is stuck. Depends only on the row and the time.</summary>
internal static class StuckRule
{
    public static StuckVerdict Evaluate(Operation operation, DateTimeOffset now, TimeSpan limit) => operation switch
    {
        { IsLive: false } => StuckVerdict.Healthy,
        _ => LastActivity.Of(operation, now) switch
        {
            { At: { } at } when now - at < limit => StuckVerdict.Healthy,
            { At: null } or { Unreadable.Count: > 0 } => StuckVerdict.Unreadable,
            _ => StuckVerdict.Stuck,
        },
    };
}

/// <summary>The state of an operation.</summary>
internal enum StuckVerdict
{
    /// <summary>The operation has ended or is active.</summary>
    Healthy,

    Stuck,

    /// <summary>The operation is in progress, but its last activity is unknown, because a time in its row can't be read.</summary>
    Unreadable,
}
