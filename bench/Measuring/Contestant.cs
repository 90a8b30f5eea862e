using System.Diagnostics;

namespace Cochin.Bench.Measuring;

/// <summary>One of those that do the same work.</summary>
/// <param name="Start">How it is started in a round.</param>
internal sealed record Contestant(string Name, Func<ProcessStartInfo> Start);
