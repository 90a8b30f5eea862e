namespace Cochin.Functions.Tasks;

/// <summary>
/// The validated options of one run of a task. Each task derives its own. Written as text they have all their values: a checkpoint
/// knows by that whether it is of the same work.
/// </summary>
internal abstract record TaskOptions
{
    /// <summary>How long a key of a row may be.</summary>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model</remarks>
    public const int LongestKey = 512;

    /// <summary>The name of the task that these options are for.</summary>
    public abstract string Task { get; }

    /// <summary>Work out what would be done and stop there: nothing is written anywhere.</summary>
    public bool DryRun { get; init; }
}
