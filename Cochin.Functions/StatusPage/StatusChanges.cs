namespace Cochin.Functions.StatusPage;

/// <summary>The end of the audit log.</summary>
/// <param name="Lines">The newest first.</param>
/// <param name="Note">Why there is nothing here, where that is not for want of changes; else null.</param>
internal sealed record StatusChanges(IReadOnlyList<StatusChange> Lines, string? Note);

/// <summary>A line of the audit log; without a time where it is none of ours.</summary>
internal sealed record StatusChange(DateTime? Time, string Job, string Action, string Target, string Result, string Run);
