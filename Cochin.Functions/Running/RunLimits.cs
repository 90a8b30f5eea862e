namespace Cochin.Functions.Running;

/// <summary>How much a run may take.</summary>
/// <param name="Work">The time from its start until it stops at a safe point; null for as long as it likes.</param>
internal sealed record RunLimits(TimeSpan? Work = null)
{
    /// <summary>The same, held to a limit from outside; null for none.</summary>
    public RunLimits AtMost(TimeSpan? limit) => limit < Work || Work is null ? this with { Work = limit } : this;
}
