using System.Text.Json.Serialization;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>A job, how it stands, and its last thirty days.</summary>
internal sealed record StatusJob
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Task { get; init; }

    public required string Schedule { get; init; }

    public required string TimeZone { get; init; }

    public required JobCondition Condition { get; init; }

    /// <summary>The setting that it lacks; null if it lacks none.</summary>
    [JsonIgnore]
    public string? MissingSetting { get; init; }

    public required bool Enabled { get; init; }

    public DateTime? DisabledUntil { get; init; }

    public string? DisabledReason { get; init; }

    /// <summary>The longest time between two due times around now.</summary>
    public double? PeriodSeconds { get; init; }

    public DateTime? NextRun { get; init; }

    public DateTime? LastSuccess { get; init; }

    /// <summary>When the document was made.</summary>
    public double? LastSuccessAgeSeconds { get; init; }

    public bool Overdue { get; init; }

    public int ConsecutiveFailures { get; init; }

    /// <summary>The newest run; one that only found the lock held is passed over.</summary>
    public StatusRun? LastRun { get; init; }

    /// <summary>Oldest first, today last, each day of the zone once.</summary>
    public required IReadOnlyList<StatusDay> Days { get; init; }
}
