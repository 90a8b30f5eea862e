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

    private static readonly string[] All = [Pending, Running, Completed, Failed, Cancelled, FileMissing, Pruned];

    /// <summary>
    /// The table filter that selects all but operations that have surely ended: those under way, and those whose status is
    /// none of the contract's. Whether it selects rows without a <c>Status</c>, or with one of another type, depends on the service:
    /// where such a row protects something, all rows are read.
    /// </summary>
    public const string NotEndedFilter =
        "not (Status eq '" + Completed + "' or Status eq '" + Failed + "' or Status eq '" + Cancelled
        + "' or Status eq '" + FileMissing + "' or Status eq '" + Pruned + "')";

    /// <summary>The table filter that selects operations still under way, if their status is spelled as in the contract.</summary>
    public const string LiveFilter = "Status eq '" + Pending + "' or Status eq '" + Running + "'";

    /// <summary>A status in the contract's spelling: case and outer spaces make no difference. Anything else stays as it is.</summary>
    public static string? Normalise(string? written) =>
        written is null || Array.Exists(All, status => status == written)
            ? written
            : Array.Find(All, status => status.Equals(written.Trim(), StringComparison.OrdinalIgnoreCase)) ?? written;
}
