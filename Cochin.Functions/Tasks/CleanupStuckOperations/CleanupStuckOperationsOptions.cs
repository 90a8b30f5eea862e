namespace Cochin.Functions.Tasks.CleanupStuckOperations;

internal sealed record CleanupStuckOperationsOptions : TaskOptions
{
    public override string Task => CleanupStuckOperationsDescription.Name;

    /// <summary>How long an operation may be without a sign of life.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Look at this operation only.</summary>
    public string? OperationId { get; init; }

    /// <summary>Add statistics over all operations to the result.</summary>
    public bool ShowStats { get; init; }

    /// <summary>Statistics are all that was asked for: nothing is marked, nor said to be.</summary>
    public bool StatsOnly { get; init; }
}
