namespace Cochin.Functions.Tests.Proof.Faults;

/// <summary>What came of one fault.</summary>
/// <param name="Struck">The first call that met it; null where none did.</param>
/// <param name="Error">What the run said of it.</param>
/// <param name="Complaints">What is not as it must be, in words.</param>
internal sealed record FaultResult(string Work, FaultScript Script, string? Struck, FaultEnd End, string? Error, int Repeated, IReadOnlyList<string> Complaints)
{
    public override string ToString() =>
        $"{Work}, {Script.Fault.Name}, {Script.Extent}, call {Struck ?? $"{Script.Number} (not met)"} ({End}: {Error}): {string.Join("; ", Complaints)}";
}
