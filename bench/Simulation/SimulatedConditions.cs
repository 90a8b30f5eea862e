namespace Cochin.Bench.Simulation;

/// <summary>What the simulated service is like.</summary>
/// <param name="LatencyMs">Of each request.</param>
/// <param name="LatencyOfPartMs">Of each part of a batch, on top.</param>
internal sealed record SimulatedConditions(double LatencyMs = 0, double LatencyOfPartMs = 0, BusyStretch? Busy = null)
{
    public bool Refuses(TimeSpan at, int concurrent) => Busy is { } busy && at.TotalSeconds >= busy.From && at.TotalSeconds < busy.Until && concurrent > busy.Most;
}
