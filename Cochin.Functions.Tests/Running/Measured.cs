namespace Cochin.Functions.Tests.Running;

/// <summary>One measurement of one metric.</summary>
internal sealed record RecordedMeasurement(string Name, string? Unit, double Value, IReadOnlyDictionary<string, string> Tags);
