namespace Cochin.Functions.Simulation;

/// <summary>A stretch without any runner: from its beginning on, and not at its end.</summary>
internal readonly record struct Outage(DateTimeOffset From, DateTimeOffset To)
{
    public bool Contains(DateTimeOffset instant) => instant >= From && instant < To;
}
