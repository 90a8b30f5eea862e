namespace Cochin.Functions.Tests.Proof.Faults;

/// <summary>How long a fault lasts.</summary>
internal enum FaultExtent
{
    /// <summary>One attempt of one call meets it.</summary>
    Once,

    /// <summary>One call meets it each time it is tried, e.g. one page of a listing; all others go well.</summary>
    OneCall,

    /// <summary>From a call on, everything meets it.</summary>
    ForGood,
}
