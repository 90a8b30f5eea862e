namespace Cochin.Functions.Running;

/// <summary>What a run that has the lock found of those before it.</summary>
/// <param name="Lost">The dead runs that nobody had found before.</param>
/// <param name="OfOccurrence">All records of the occurrence that was asked for.</param>
internal readonly record struct TakeOver(IReadOnlyList<RunRecord> Lost, IReadOnlyList<RunRecord> OfOccurrence);
