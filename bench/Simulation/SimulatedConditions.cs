namespace Cochin.Bench.Simulation;

/// <summary>What the simulated service is like.</summary>
/// <param name="LatencyMs">Of each request.</param>
/// <param name="LatencyOfPartMs">Of each part of a batch, on top.</param>
internal sealed record SimulatedConditions(double LatencyMs = 0, double LatencyOfPartMs = 0, BusyStretch? Busy = null);
