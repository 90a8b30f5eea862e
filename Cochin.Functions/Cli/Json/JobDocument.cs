namespace Cochin.Functions.Cli.Json;

/// <summary>The JSON of a job and its state.</summary>
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

    /// <summary>Whether the job has not succeeded for too long.</summary>
    public bool Overdue { get; init; }

    /// <summary>The runners that check whether the job is due, newest first; empty if unknown.</summary>
    public required IReadOnlyList<RunnerDocument> CheckedBy { get; init; }

    /// <summary>Whether no runner has checked the job for hours, although one did before.</summary>
    public bool Unchecked { get; init; }

    /// <summary>The maximum interval between two current due times.</summary>
    public double? PeriodSeconds { get; init; }

    /// <summary>Duration of the newest successful run.</summary>
    public long? LastDurationMs { get; init; }

    /// <summary>Median duration of the successful runs before that one.</summary>
    public long? UsualDurationMs { get; init; }

    /// <summary>Outcomes of the ten newest runs, newest first.</summary>
    public required IReadOnlyList<string> Recent { get; init; }
}

/// <param name="At">The last check that it recorded, which it does once an hour.</param>
internal sealed record RunnerDocument(string Runner, DateTime At);
