namespace Cochin.Functions.Jobs;

/// <summary>The earlier runs that a runner found when it took the lock.</summary>
/// <param name="Lost">The dead runs that it marked as lost.</param>
/// <param name="ForOccurrence">All records of its occurrence; empty for a run without one.</param>
/// <param name="HasUnfinished">Whether a run of the job since the given time did not finish its work, so that it may have left a checkpoint.</param>
internal readonly record struct TakeOverResult(IReadOnlyList<RunReport> Lost, IReadOnlyList<RunReport> ForOccurrence, bool HasUnfinished);

/// <summary>The result of recording the outcome of a run.</summary>
/// <param name="IsClosed">False if the record was marked as <see cref="Outcome.Lost"/>: another runner has taken over.</param>
/// <param name="ServiceTime">The time of the service; null if the record was not written, or if the service does not report it.</param>
internal readonly record struct CloseResult(bool IsClosed, DateTimeOffset? ServiceTime);
