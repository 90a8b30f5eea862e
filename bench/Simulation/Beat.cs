namespace Cochin.Bench.Simulation;

/// <summary>What the service saw in half a second.</summary>
/// <param name="From">Seconds since the beginning.</param>
/// <param name="MostInFlight">The most requests that were under way at once.</param>
internal readonly record struct Beat(double From, int MostInFlight, int Answered, int Refused);
