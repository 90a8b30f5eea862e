using System.Text;

namespace Cochin.Bench.Simulation;

/// <summary>Millions of blobs that exist only as a rule: which names there are, in the order of a listing.</summary>
internal sealed class BlobSet
{
    /// <summary>The smallest size; each blob is one byte larger than the one before it.</summary>
    public const long SmallestBytes = 10_000_000;

    private readonly BlobArea[] areas;
    private readonly long[] starts;

    public BlobSet(params BlobArea[] areas)
    {
        this.areas = [.. areas.OrderBy(area => area.Folder, StringComparer.Ordinal)];
        starts = new long[areas.Length + 1];
        for (var i = 0; i < areas.Length; i++)
        {
            starts[i + 1] = starts[i] + this.areas[i].Count;
        }
    }

    public long Count => starts[^1];

    /// <summary>A temporary store: units of ten blobs, of a hundred, and of one.</summary>
    public static BlobSet Temporary(long count) => new(
        new BlobArea("temp/", count * 6 / 10, BlobsInUnit: 10),
        new BlobArea("restore_temp/", count * 3 / 10, BlobsInUnit: 100),
        new BlobArea("uploads/", count / 10, BlobsInUnit: 1));

    /// <summary>A temporary store like that on the emulator: a third in each area, in folders of twenty.</summary>
    public static BlobSet EvenlyTemporary(long count) => new(
        new BlobArea("temp/", count - (count / 3 * 2), BlobsInUnit: 20),
        new BlobArea("restore_temp/", count / 3, BlobsInUnit: 20),
        new BlobArea("uploads/", count / 3, BlobsInUnit: 20));

    /// <summary>Backups, a thousand in a configuration.</summary>
    public static BlobSet Backups(long count) => new(new BlobArea("storage/", count, BlobsInUnit: 1_000));

    public string Name(long index)
    {
        Span<byte> name = stackalloc byte[BlobArea.LongestName];
        return Encoding.ASCII.GetString(name[..WriteName(index, name)]);
    }

    public int WriteName(long index, Span<byte> into)
    {
        var area = 0;
        while (index >= starts[area + 1])
        {
            area++;
        }

        return areas[area].WriteName(index - starts[area], into);
    }

    /// <summary>The first blob whose name does not come before a text; the count where all do.</summary>
    public long FirstFrom(string text) => Search(name => string.CompareOrdinal(name, text) >= 0);

    /// <summary>The first blob after all those whose names begin with a text.</summary>
    public long EndOf(string prefix) => Search(name => string.CompareOrdinal(name, prefix) >= 0 && !name.StartsWith(prefix, StringComparison.Ordinal));

    private long Search(Func<string, bool> isThere)
    {
        var (low, high) = (0L, Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = isThere(Name(middle)) ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
