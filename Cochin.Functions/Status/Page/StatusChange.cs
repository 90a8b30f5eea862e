namespace Cochin.Functions.Status.Page;

/// <summary>A line of the audit log; without a time where it is none of ours.</summary>
internal sealed record StatusChange(DateTime? Time, string Job, string Action, string Target, string Result, string Run);
