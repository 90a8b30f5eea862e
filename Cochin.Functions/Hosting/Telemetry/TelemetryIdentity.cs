namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>A managed identity.</summary>
/// <param name="ClientId">Of a user-assigned one; null for the app's own.</param>
internal sealed record TelemetryIdentity(string? ClientId);
