namespace Cochin.Functions.Tasks.CleanupStuckOperations;

internal sealed record CleanupStuckOperationsOptions : TaskOptions
{
    public override string Task => CleanupStuckOperationsDescription.Name;

    /// <summary>How long an operation may be inactive.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Check only this operation.</summary>
    public string? OperationId { get; init; }

    /// <summary>Add statistics over all operations to the result.</summary>
    public bool ShowStats { get; init; }

    /// <summary>Only show statistics. No operation is marked or counted as marked.</summary>
    public bool StatsOnly { get; init; }
}
