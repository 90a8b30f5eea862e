namespace Cochin.Functions.Auditing;

/// <summary>One line of the audit log: who did what to what, and what came of it.</summary>
/// <param name="Action">A verb, e.g. <c>delete</c>, <c>mark_failed</c>, <c>register</c>.</param>
/// <param name="Target">What it was done to, e.g. <c>temp/import_7/</c> or <c>backup/42</c>.</param>
/// <param name="Result"><c>planned</c> before the write, then what happened, e.g. <c>deleted</c>, <c>changed</c>.</param>
internal sealed record AuditLine(DateTimeOffset Time, string Run, string Job, string Action, string Target, string Result);
