namespace Cochin.Functions.Running;

/// <summary>How much a run may take.</summary>
/// <param name="Work">The time from its start until it is stopped wherever it is; null for as long as it likes.</param>
internal sealed record RunLimits(TimeSpan? Work = null)
{
    private static readonly TimeSpan LeastMargin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time from its start until it stops by itself at the next safe point: a tenth less than the limit, at least two seconds (of a
    /// limit of seconds the half) and at most a minute.
    /// </summary>
    public TimeSpan? Budget => Work is { } limit ? limit - Margin(limit) : null;

    /// <summary>The same, held to a limit from outside; null for none.</summary>
    public RunLimits AtMost(TimeSpan? limit) => limit < Work || Work is null ? this with { Work = limit } : this;

    private static TimeSpan Margin(TimeSpan limit)
    {
        var least = limit / 2 < LeastMargin ? limit / 2 : LeastMargin;
        var margin = limit / 10 > least ? limit / 10 : least;
        return margin < LongestMargin ? margin : LongestMargin;
    }
}
