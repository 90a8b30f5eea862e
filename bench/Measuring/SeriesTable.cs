using System.Globalization;
using Cochin.Bench.Running;

namespace Cochin.Bench.Measuring;

/// <summary>Series as a table of results.</summary>
internal static class SeriesTable
{
    /// <param name="items">How many blobs, rows or the like each run dealt with; 0 where there is nothing to count.</param>
    public static FindingsTable Of(string title, IReadOnlyList<Series> series, int items = 0) => items == 0
        ? new FindingsTable(title, ["contestant", "wall, s", "processor, s", "peak memory, MiB"], [.. series.Select(one => Row(one))])
        : new FindingsTable(
            title,
            ["contestant", "wall, s", "processor, s", "peak memory, MiB", "processor an item, µs"],
            [.. series.Select(one => Row(one, (one.Cpu.Median / items * 1e6).ToString("0", CultureInfo.InvariantCulture)))]);

    private static IReadOnlyList<string> Row(Series series, params string[] more) =>
        [series.Contestant, series.Wall.Text("0.000"), series.Cpu.Text("0.000"), series.Peak.Text("0"), .. more];
}
