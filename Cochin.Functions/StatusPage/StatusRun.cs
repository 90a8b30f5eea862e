using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>A run as the page tells it.</summary>
internal sealed record StatusRun
{
    public required string RunId { get; init; }

    public required RunTrigger Trigger { get; init; }

    public required Outcome Outcome { get; init; }

    public SkipReason? Reason { get; init; }

    public required DateTime StartedAt { get; init; }

    public double? DurationMs { get; init; }

    public string? Error { get; init; }

    public static StatusRun From(RunReport run) => new()
    {
        RunId = PageText.Clean(run.RunId, PageText.NameLimit),
        Trigger = run.Trigger,
        Outcome = run.Outcome,
        Reason = run.Reason,
        StartedAt = run.StartedAt.UtcDateTime,
        DurationMs = run.Duration?.TotalMilliseconds,
        Error = run.Error is { } error ? PageText.Clean(error) : null,
    };
}
