namespace Cochin.Functions.Status.Page;

/// <summary>What a job did on one day of the zone.</summary>
/// <param name="Runs">All runs that are recorded, skipped ones too.</param>
/// <param name="Failed">Those that failed or died.</param>
/// <param name="LongestMs">How long the longest run took; null where none has ended.</param>
/// <param name="Bytes">What was freed or registered; null where the job counts no such thing.</param>
internal sealed record StatusDay(DateOnly Date, DayMark Mark, int Runs, int Failed, double? LongestMs, long? Bytes);
