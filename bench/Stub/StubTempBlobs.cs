using Cochin.Bench.CleanUp;

namespace Cochin.Bench.Stub;

/// <summary>The old blobs of the container <c>backups</c>: which there were, in the order of listings, and which are left.</summary>
internal sealed class StubTempBlobs
{
    private readonly string[] names;
    private readonly Dictionary<string, int> places;
    private readonly int[] isGone;
    private int left;

    public StubTempBlobs(int count, DateTimeOffset lastModified)
    {
        LastModified = lastModified;
        names = TempBlobs.Names(count);
        Array.Sort(names, StringComparer.Ordinal);
        places = names.Select((name, place) => (name, place)).ToDictionary(item => item.name, item => item.place, StringComparer.Ordinal);
        isGone = new int[count];
        left = count;
    }

    public DateTimeOffset LastModified { get; }

    public int Left => Volatile.Read(ref left);

    public static string ETag(int place) => $"0x8DE{place:X12}";

    /// <returns>The status: deleted, not found, or not the version that was meant.</returns>
    public int Delete(string name, string? ifMatch)
    {
        if (!places.TryGetValue(name, out var place) || Volatile.Read(ref isGone[place]) == 1)
        {
            return ifMatch is null ? 404 : 412;
        }

        if (ifMatch is not null && ifMatch.Trim('"') != ETag(place))
        {
            return 412;
        }

        if (Interlocked.Exchange(ref isGone[place], 1) == 1)
        {
            return 404;
        }

        Interlocked.Decrement(ref left);
        return 202;
    }

    /// <summary>What is left from a place on.</summary>
    public IEnumerable<(int Place, string Name)> From(string prefix, int start)
    {
        var first = Array.BinarySearch(names, prefix, StringComparer.Ordinal);
        for (var place = Math.Max(start, first < 0 ? ~first : first); place < names.Length && names[place].StartsWith(prefix, StringComparison.Ordinal); place++)
        {
            if (Volatile.Read(ref isGone[place]) == 0)
            {
                yield return (place, names[place]);
            }
        }
    }
}
