using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>Judges operations, on nothing but the row and the time.</summary>
internal static class StuckRule
{
    public static StuckVerdict Judge(Operation operation, DateTimeOffset now, TimeSpan limit) => operation switch
    {
        { IsLive: false } => StuckVerdict.Healthy,
        { LastSignOfLife: null } => StuckVerdict.Unreadable,
        { LastSignOfLife: { } sign } => now - sign >= limit ? StuckVerdict.Stuck : StuckVerdict.Healthy,
    };
}
