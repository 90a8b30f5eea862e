using System.Diagnostics;
using System.Globalization;

namespace Cochin.Bench.Simulation;

/// <summary>What some work took in this process.</summary>
/// <param name="PeakBytes">The most memory that the process ever had resident (VmHWM).</param>
/// <param name="HeldBytes">The most that was seen held on the managed heap; 0 where nobody looked.</param>
/// <param name="AllocatedBytes">All that was ever allocated on the managed heap, garbage included.</param>
internal sealed record Footprint(double WallSeconds, double CpuSeconds, long PeakBytes, long AllocatedBytes)
{
    public long HeldBytes { get; init; }

    /// <summary>How many requests of each kind.</summary>
    public IReadOnlyDictionary<string, long> Requests { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<Beat> Beats { get; init; } = [];

    /// <inheritdoc cref="Timeline.BusyFrom"/>
    public double? BusyFrom { get; init; }

    public double PeakMiB => PeakBytes / 1_048_576d;

    public static async Task<Footprint> TakeAsync(Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, allocated, clock) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
        await work();
        var wall = clock.Elapsed;
        process.Refresh();
        return new Footprint(wall.TotalSeconds, (process.TotalProcessorTime - cpu).TotalSeconds, Peak(), GC.GetTotalAllocatedBytes() - allocated);
    }

    // VmHWM:	  123456 kB
    private static long Peak() => OperatingSystem.IsLinux()
        ? 1_024 * long.Parse(
            File.ReadLines("/proc/self/status")
                .First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture)
        : Process.GetCurrentProcess().PeakWorkingSet64;
}
