namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>What telemetry depends on beside the standard settings.</summary>
internal sealed record TelemetryOptions
{
    public required TelemetrySettings Settings { get; init; }

    /// <summary>Whether the program lives on, so that what could not be sent may wait on its disk.</summary>
    public bool KeepsUnsent { get; init; }
}
