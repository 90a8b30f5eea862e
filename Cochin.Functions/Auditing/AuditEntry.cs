namespace Cochin.Functions.Auditing;

/// <summary>What a run has to say about one change; the trail adds who, when and which run.</summary>
/// <param name="Before">What the target was before, in a few words.</param>
/// <param name="After">What it is now.</param>
internal readonly record struct AuditEntry(string Action, string Target, string Result, string? Before = null, string? After = null)
{
    /// <summary>The line that comes before the change.</summary>
    public static AuditEntry Planned(string action, string target, string? before = null) => new(action, target, AuditLine.Planned, before);
}
