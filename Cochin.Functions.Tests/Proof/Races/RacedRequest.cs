namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>A request that a run has sent.</summary>
/// <param name="Target">Its address, unescaped.</param>
/// <param name="Time">When, as a timestamp of the stopwatch; the other side of the race may have acted since.</param>
internal sealed record RacedRequest(string Method, string Target, long Time)
{
    public bool Has(string text) => Target.Contains(text, StringComparison.Ordinal);
}
