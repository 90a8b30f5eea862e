using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Judges operations, on nothing but the row and the time.</summary>
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
