namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>What the task thinks of an operation.</summary>
internal enum StuckVerdict
{
    /// <summary>It has ended, or shows signs of life.</summary>
    Healthy,

    Stuck,

    /// <summary>It is under way, and no time in its row can be read, or one that may be the latest can't.</summary>
    Unreadable,
}
