namespace Cochin.Functions.Running;

/// <summary>How much a run may take.</summary>
/// <param name="Work">The time from its start until it is stopped wherever it is; null for as long as it likes.</param>
internal sealed record RunLimits(TimeSpan? Work = null)
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);

    /// <summary>The time from its start until it stops by itself at the next safe point: a tenth less than the limit, at most a minute.</summary>
    public TimeSpan? Budget => Work is { } limit ? limit - (limit / 10 < LongestMargin ? limit / 10 : LongestMargin) : null;

    /// <summary>The same, held to a limit from outside; null for none.</summary>
    public RunLimits AtMost(TimeSpan? limit) => limit < Work || Work is null ? this with { Work = limit } : this;
}
