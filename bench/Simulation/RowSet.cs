using System.Globalization;

namespace Cochin.Bench.Simulation;

/// <summary>
/// Completed backups, one for each blob of a store, as rows that exist only as a rule. Their order is another than that of the blobs, as it
/// is in life, and their keys are spread evenly.
/// </summary>
internal sealed class RowSet(BlobSet blobs)
{
    // Coprime to every size used, so that each blob has exactly one row.
    private const long Stride = 7_919;

    private static readonly DateTimeOffset Written = new(2026, 9, 1, 10, 0, 0, TimeSpan.Zero);

    public long Count => blobs.Count;

    /// <summary>The blob that a row names.</summary>
    public long BlobOf(long row) => row * Stride % Count;

    public string BlobName(long row) => blobs.Name(BlobOf(row));

    public string Key(long row) => ((ulong)((UInt128.One << 64) / (ulong)Count) * (ulong)row).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The value of a column that a filter may ask for.</summary>
    public object? Column(long row, string column) => column switch
    {
        "PartitionKey" => "backup",
        "RowKey" => Key(row),
        "Status" => "completed",
        "Type" => "full",
        "BlobName" => BlobName(row),
        "CreatedAt" or "CompletedAt" or "Timestamp" => Written,
        _ => null,
    };

    /// <summary>The first row whose key is not before a text.</summary>
    public long FirstFrom(string key)
    {
        var (low, high) = (0L, Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = string.CompareOrdinal(Key(middle), key) >= 0 ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
