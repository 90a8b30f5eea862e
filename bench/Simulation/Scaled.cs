namespace Cochin.Bench.Simulation;

/// <summary>A run at one size, and what it took.</summary>
internal readonly record struct Scaled(SimulatedRun Run, Footprint Took);
