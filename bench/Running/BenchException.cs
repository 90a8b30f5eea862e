namespace Cochin.Bench.Running;

/// <summary>A benchmark can't give a figure that counts. The message says what happened.</summary>
internal sealed class BenchException(string message) : Exception(message);
