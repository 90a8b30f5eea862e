namespace Cochin.Functions.Tasks.CleanupStuckOperations;

/// <summary>What came of the intention to mark an operation.</summary>
internal enum MarkingResult
{
    Marked,

    /// <summary>On the second look it had ended, shown a sign of life, or gone.</summary>
    FinishedMeanwhile,

    /// <summary>The service refused, or the row never kept still.</summary>
    Failed,
}
