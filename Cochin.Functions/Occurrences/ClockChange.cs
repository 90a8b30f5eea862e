namespace Cochin.Functions.Occurrences;

/// <summary>What a change of the clock did to a due time.</summary>
internal enum ClockChange
{
    None,

    /// <summary>Its wall time does not exist on that day: it comes by as much later as the clock was put forward.</summary>
    Shifted,

    /// <summary>Its wall time exists twice on that day: this is the first, and the second is none.</summary>
    FirstOfTwo,
}
