namespace Cochin.Functions.Simulation;

/// <summary>What becomes of an occurrence. The names are written to JSON.</summary>
internal enum SimulatedOutcome
{
    /// <summary>It runs at the first tick from its due time on.</summary>
    Runs,

    /// <summary>It was missed and runs late, at the first tick there is.</summary>
    MadeUp,

    /// <summary>A later one came due before any tick saw it: of several, the latest alone is made up.</summary>
    Superseded,

    /// <summary>It was found too late to be made up: <c>Skipped(Missed)</c>.</summary>
    Missed,

    /// <summary>The job is off: <c>Skipped(Disabled)</c>.</summary>
    Disabled,
}
