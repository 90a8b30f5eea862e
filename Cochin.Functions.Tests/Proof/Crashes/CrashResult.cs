namespace Cochin.Functions.Tests.Proof.Crashes;

/// <summary>What came of one death.</summary>
/// <param name="Call">The call at which it died; null where the run had ended before.</param>
/// <param name="Repeated">How many alerts came twice.</param>
/// <param name="Complaints">What is not as if nothing had happened, in words.</param>
internal sealed record CrashResult(string Work, CrashMoment Moment, int Number, string? Call, int Repeated, IReadOnlyList<string> Complaints)
{
    public override string ToString() =>
        $"{Work}, {Moment}, call {Call ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture)}: {string.Join("; ", Complaints)}";
}
