namespace Cochin.Functions.Tests.Proof.Faults;

internal enum FaultEnd
{
    /// <summary>The run did its work all the same.</summary>
    Done,

    /// <summary>The run said that it did not, or not all, and why.</summary>
    Told,

    /// <summary>Something is not as it must be.</summary>
    Wrong,
}
