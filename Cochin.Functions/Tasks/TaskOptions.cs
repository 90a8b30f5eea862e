namespace Cochin.Functions.Tasks;

/// <summary>
/// The validated options of a run. Each task has its own derived type. <see cref="object.ToString"/> must include all values: a checkpoint
/// compares it to find out whether it belongs to the same work.
/// </summary>
internal abstract record TaskOptions
{
    /// <summary>The maximum length of a partition or row key.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model</remarks>
    public const int LongestKey = 512;

    /// <summary>The name of the task that these options are for.</summary>
    public abstract string Task { get; }

    /// <summary>Determine what would be done without writing anything.</summary>
    public bool DryRun { get; init; }
}
