namespace Cochin.Bench.Measuring;

/// <summary>What one run of a process took, from its start to its end.</summary>
/// <param name="Cpu">User and system time of the process and of those it waited for.</param>
/// <param name="PeakBytes">The most memory that it had resident.</param>
internal readonly record struct Measurement(TimeSpan Wall, TimeSpan Cpu, long PeakBytes)
{
    /// <summary>Processor time of the server meanwhile; zero where there is none to look at.</summary>
    public TimeSpan Server { get; init; }
}
