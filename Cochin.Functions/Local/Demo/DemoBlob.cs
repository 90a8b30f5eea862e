namespace Cochin.Functions.Local.Demo;

/// <summary>A blob of the demo.</summary>
/// <param name="IsLeased">Somebody holds a lease on it.</param>
internal sealed record DemoBlob(string Name, TimeSpan Age, int Size, bool IsLeased = false);
