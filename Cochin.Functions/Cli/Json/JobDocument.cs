namespace Cochin.Functions.Cli.Json;

/// <summary>A job and how it stands, as scripts read it.</summary>
internal sealed record JobDocument
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Task { get; init; }

    public required string Schedule { get; init; }

    public required string TimeZone { get; init; }

    public required bool Enabled { get; init; }

    public DateTime? DisabledUntil { get; init; }

    public string? DisabledReason { get; init; }

    public DateTime? NextRun { get; init; }

    public string? LastOutcome { get; init; }

    public DateTime? LastRun { get; init; }

    public DateTime? LastSuccess { get; init; }

    public int ConsecutiveFailures { get; init; }

    /// <summary>Without success for too many of its periods.</summary>
    public bool Overdue { get; init; }

    /// <summary>The longest time between two due times around now.</summary>
    public double? PeriodSeconds { get; init; }

    /// <summary>Of the newest run that worked.</summary>
    public long? LastDurationMs { get; init; }

    /// <summary>The median of the runs before it.</summary>
    public long? UsualDurationMs { get; init; }

    /// <summary>The newest runs' outcomes, newest first, ten at most.</summary>
    public required IReadOnlyList<string> Recent { get; init; }
}
