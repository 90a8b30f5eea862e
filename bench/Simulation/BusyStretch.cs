namespace Cochin.Bench.Simulation;

/// <summary>A stretch of time in which the service takes only so many requests at once, and refuses the others with 503.</summary>
/// <param name="AfterRequests">How many requests come before it.</param>
internal sealed record BusyStretch(long AfterRequests, double Seconds, int Most);
