namespace Cochin.Functions.Storage;

/// <summary>The values of an operation's <c>Status</c> column.</summary>
internal static class OperationStatus
{
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Completed = "completed";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";
    public const string FileMissing = "file_missing";
    public const string Pruned = "pruned";

    /// <summary>All values, in the order of the contract.</summary>
    public static IReadOnlyList<string> All { get; } = [Pending, Running, Completed, Failed, Cancelled, FileMissing, Pruned];

    /// <summary>
    /// A table filter that excludes operations that have certainly ended. It selects live operations and those with an unknown status. For
    /// rows without a <c>Status</c>, or with one of another type, the result depends on the service: read all rows if those matter.
    /// </summary>
    public const string NotEndedFilter =
        "not (Status eq '" + Completed + "' or Status eq '" + Failed + "' or Status eq '" + Cancelled
        + "' or Status eq '" + FileMissing + "' or Status eq '" + Pruned + "')";

    /// <summary>A table filter that selects live operations whose status is spelled as in the contract.</summary>
    public const string LiveFilter = "Status eq '" + Pending + "' or Status eq '" + Running + "'";

    /// <summary>Returns a status in the contract's spelling, ignoring case and outer spaces; any other value unchanged.</summary>
    public static string? Normalise(string? written) =>
        written is null || All.Contains(written)
            ? written
            : All.FirstOrDefault(status => status.Equals(written.Trim(), StringComparison.OrdinalIgnoreCase)) ?? written;
}
