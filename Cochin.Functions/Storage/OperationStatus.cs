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

    /// <summary>
    /// The table filter that selects all but operations that have surely ended: those under way, and those whose status is
    /// missing or none of the contract's.
    /// </summary>
    public const string NotEndedFilter =
        "not (Status eq '" + Completed + "' or Status eq '" + Failed + "' or Status eq '" + Cancelled + "' or Status eq '" + FileMissing + "')";

    /// <summary>The table filter that selects operations still under way.</summary>
    public const string LiveFilter = "Status eq '" + Pending + "' or Status eq '" + Running + "'";
}
