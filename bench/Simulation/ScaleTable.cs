using Cochin.Bench.Running;

namespace Cochin.Bench.Simulation;

/// <summary>Runs of growing size as a table.</summary>
internal static class ScaleTable
{
    private const double MiB = 1_048_576;

    public static FindingsTable Of(string title, IReadOnlyList<Scaled> runs)
    {
        var isHeld = runs.Any(run => run.Took.HeldBytes > 0);
        return new FindingsTable(
            title,
            [
                "blobs",
                "wall, s",
                "processor, s",
                "a blob, µs",
                "allocated a blob, bytes",
                "peak memory, MiB",
                .. isHeld ? ["held, MiB"] : Array.Empty<string>(),
                "requests",
            ],
            [.. runs.Select(run => Row(run, isHeld))]);
    }

    private static IReadOnlyList<string> Row(Scaled scaled, bool isHeld)
    {
        var ((count, took), requests) = ((scaled.Run.Count, scaled.Took), scaled.Took.Requests);
        var mostFrequent = requests.OrderByDescending(request => request.Value).Take(3).Select(request => $"{request.Key} {request.Value:N0}");
        return
        [
            $"{count:N0}",
            $"{took.WallSeconds:0.0}",
            $"{took.CpuSeconds:0.0}",
            $"{took.CpuSeconds / count * 1e6:0.0}",
            $"{took.AllocatedBytes / (double)count:N0}",
            $"{took.PeakMiB:0}",
            .. isHeld ? [$"{took.HeldBytes / MiB:0.0}"] : Array.Empty<string>(),
            $"{requests.Values.Sum():N0} ({string.Join(", ", mostFrequent)})",
        ];
    }
}
