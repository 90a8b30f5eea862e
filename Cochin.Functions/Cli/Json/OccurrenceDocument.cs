using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Cli.Json;

/// <summary>The JSON of a simulated occurrence.</summary>
internal sealed record OccurrenceDocument
{
    public required string Job { get; init; }

    public required DateTime Due { get; init; }

    /// <summary>The due time in the time zone, with its offset.</summary>
    public required DateTimeOffset WallTime { get; init; }

    /// <summary>Set if a clock change affects this occurrence; otherwise null.</summary>
    public ClockChange? Clock { get; init; }

    public required SimulatedOutcome Fate { get; init; }

    /// <summary>The tick at which it is settled.</summary>
    public required DateTime At { get; init; }

    public required double LateSeconds { get; init; }

    public DateTime? SupersededBy { get; init; }

    /// <summary>For a missed occurrence: the error text of its run record.</summary>
    public string? Reason { get; init; }

    public static OccurrenceDocument Of(SimulatedOccurrence occurrence) => new()
    {
        Job = occurrence.Job.Name,
        Due = occurrence.Due.UtcDateTime,
        WallTime = TimeZoneInfo.ConvertTime(occurrence.Due, occurrence.Job.Schedule.TimeZone),
        Clock = occurrence.Job.Schedule.ClockChangeAt(occurrence.Due) is not ClockChange.None and var change ? change : null,
        Fate = occurrence.Outcome,
        At = occurrence.At.UtcDateTime,
        LateSeconds = occurrence.Late.TotalSeconds,
        SupersededBy = occurrence.SupersededBy?.UtcDateTime,
        Reason = occurrence.Outcome == SimulatedOutcome.Missed ? RunReasons.Missed(occurrence.Due, occurrence.At, occurrence.Job.CatchUp) : null,
    };
}
