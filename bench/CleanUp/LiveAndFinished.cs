using System.Globalization;
using Azure.Data.Tables;

namespace Cochin.Bench.CleanUp;

/// <summary>Operations for the clean-up to look at: most have ended, a few are under way and use none of the blobs.</summary>
internal static class LiveAndFinished
{
    private const int Count = 200;
    private const int LiveEvery = 40;
    private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static IEnumerable<TableEntity> Rows() => Enumerable.Range(0, Count).Select(Row);

    private static TableEntity Row(int number) => new("backup", string.Create(CultureInfo.InvariantCulture, $"backup{number:D6}"))
    {
        ["Name"] = $"backup {number}",
        ["Status"] = number % LiveEvery == 0 ? "running" : "completed",
        ["Type"] = "full",
        ["CreatedAt"] = Created,
    };
}
