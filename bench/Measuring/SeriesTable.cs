using System.Globalization;
using Cochin.Bench.Running;

namespace Cochin.Bench.Measuring;

/// <summary>Series as a table of results.</summary>
internal static class SeriesTable
{
    /// <param name="items">How many blobs, rows or the like each run dealt with; 0 where there is nothing to count.</param>
    /// <param name="server">Who served them, where its processor time was looked at.</param>
    public static FindingsTable Of(string title, IReadOnlyList<Series> series, int items = 0, string? server = null)
    {
        List<(string Column, Func<Series, string> Cell)> columns =
        [
            ("contestant", one => one.Contestant),
            ("wall, s", one => one.Wall.Text("0.000")),
            ("processor, s", one => one.Cpu.Text("0.000")),
            ("peak memory, MiB", one => one.Peak.Text("0")),
        ];
        if (items > 0)
        {
            columns.Add(("processor an item, µs", one => (one.Cpu.Median / items * 1e6).ToString("0", CultureInfo.InvariantCulture)));
        }

        if (server is not null)
        {
            columns.Add(($"processor of {server}, s", one => one.Server.Text("0.00")));
        }

        return new FindingsTable(
            title,
            [.. columns.Select(column => column.Column)],
            [.. series.Select(one => (IReadOnlyList<string>)[.. columns.Select(column => column.Cell(one))])]);
    }
}
