namespace Cochin.Bench.Simulation;

/// <summary>A stretch of time in which the service takes only so many requests at once, and refuses the others with 503.</summary>
/// <param name="From">Seconds since the beginning, as is <paramref name="Until"/>.</param>
internal sealed record BusyStretch(double From, double Until, int Most);
