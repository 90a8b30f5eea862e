namespace Cochin.Functions.Runs;

/// <summary>The time limits of a run.</summary>
/// <param name="Work">The time after which it is cancelled, counted from its start; null for no limit.</param>
internal sealed record RunLimits(TimeSpan? Work = null)
{
    private static readonly TimeSpan MinMargin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxMargin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time after which it stops by itself at the next safe point. It is shorter than the limit by a tenth, but by at least two seconds
    /// (or half of a very short limit) and by at most a minute.
    /// </summary>
    public TimeSpan? Budget => Work is { } limit ? limit - Margin(limit) : null;

    /// <summary>The limits reduced to at most <paramref name="limit"/>; null for no reduction.</summary>
    public RunLimits AtMost(TimeSpan? limit) => limit < Work || Work is null ? this with { Work = limit } : this;

    private static TimeSpan Margin(TimeSpan limit)
    {
        var min = limit / 2 < MinMargin ? limit / 2 : MinMargin;
        var margin = limit / 10 > min ? limit / 10 : min;
        return margin < MaxMargin ? margin : MaxMargin;
    }
}
