namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>What came of the intention to mark an operation.</summary>
internal enum MarkResult
{
    Marked,

    /// <summary>On the second look it had ended, shown a sign of life, or gone.</summary>
    FinishedMeanwhile,

    /// <summary>The service refused, or the row never kept still.</summary>
    Failed,

    /// <summary>The time of the run was used up before its turn came; the next run marks it.</summary>
    Unfinished,
}
