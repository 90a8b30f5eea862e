using System.Text.Json.Serialization;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>A job, its condition, and its last thirty days.</summary>
internal sealed record StatusJob
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Task { get; init; }

    public required string Schedule { get; init; }

    public required string TimeZone { get; init; }

    public required JobCondition Condition { get; init; }

    /// <summary>The required setting that is not set; null if there is none.</summary>
    [JsonIgnore]
    public string? MissingSetting { get; init; }

    /// <summary>The last check if no runner checks the job any more; otherwise null.</summary>
    [JsonIgnore]
    public RunnerCheck? LastCheckBeforeStop { get; init; }

    public required bool Enabled { get; init; }

    public DateTime? DisabledUntil { get; init; }

    public string? DisabledReason { get; init; }

    /// <summary>The longest interval between consecutive due times around now.</summary>
    public double? PeriodSeconds { get; init; }

    public DateTime? NextRun { get; init; }

    public DateTime? LastSuccess { get; init; }

    /// <summary>Relative to <see cref="StatusDocument.GeneratedAt"/>.</summary>
    public double? LastSuccessAgeSeconds { get; init; }

    public bool Overdue { get; init; }

    public int ConsecutiveFailures { get; init; }

    /// <summary>The latest run, ignoring runs that found the lock held if there are others.</summary>
    public StatusRun? LastRun { get; init; }

    /// <summary>Each of the last thirty days, oldest first, in the time zone of the page.</summary>
    public required IReadOnlyList<StatusDay> Days { get; init; }
}
