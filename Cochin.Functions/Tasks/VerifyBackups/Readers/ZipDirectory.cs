using System.Buffers.Binary;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>What the end of a zip states of its directory.</summary>
/// <param name="At">Where the directory begins, counted as the zip itself counts.</param>
/// <remarks>https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.14 to 4.3.16.</remarks>
internal readonly record struct ZipDirectory(long Entries, long Length, long At)
{
    public const uint EndSignature = 0x06054b50;
    public const uint LargeEndSignature = 0x06064b50;
    public const uint LocatorSignature = 0x07064b50;

    public const int EndSize = 22;
    public const int LocatorSize = 20;
    public const int LargeEndSize = 56;

    /// <summary>More entries than this are not tested: each takes 40 bytes of memory.</summary>
    public const int MaxEntries = 500_000;

    private const int MaxCommentLength = ushort.MaxValue;

    /// <summary>Whether the numbers of the usual end don't fit, so that a larger one is there as well.</summary>
    public bool IsLarge => Entries == ushort.MaxValue || Length == uint.MaxValue || At == uint.MaxValue;

    public static ZipDirectory FromEnd(ReadOnlySpan<byte> end)
    {
        var isOneDisk = Short(end, 4) is 0 or ushort.MaxValue;
        return isOneDisk ? new(Short(end, 10), Long(end, 12), Long(end, 16)) : throw new UntestedException("is a zip in several parts, which is not tested");
    }

    public static ZipDirectory FromLargeEnd(ReadOnlySpan<byte> end) => new(
        BinaryPrimitives.ReadInt64LittleEndian(end[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(end[40..]),
        BinaryPrimitives.ReadInt64LittleEndian(end[48..]));

    /// <summary>The entries of a zip in the order of their data.</summary>
    /// <exception cref="DamagedException">There is no sound directory.</exception>
    public static async Task<List<ZipEntry>> ReadAsync(Stream zip, CancellationToken cancellationToken)
    {
        var (directory, endAt) = await FindAsync(zip, cancellationToken).ConfigureAwait(false);

        // What was put in front of a zip moves all its places.
        var moved = endAt - directory.Length - directory.At;
        if (directory is { Entries: < 0 } or { Length: < 0 } or { At: < 0 } || moved < 0)
        {
            throw new DamagedException("is cut off, or its zip directory is not where the end of the zip says");
        }

        if (directory.Entries > MaxEntries)
        {
            throw new UntestedException($"is a zip with {directory.Entries} entries; more than {MaxEntries} are not tested");
        }

        zip.Position = directory.At + moved;
        using var reader = new ForwardReader(zip);
        var entries = new List<ZipEntry>((int)directory.Entries);
        for (var i = 0; i < directory.Entries; i++)
        {
            var entry = await ZipEntry.ReadDirectoryAsync(reader, cancellationToken).ConfigureAwait(false);
            entries.Add(entry with { At = entry.At + moved });
        }

        if (reader.Position != directory.Length)
        {
            throw new DamagedException($"has a zip directory of {reader.Position} bytes, not of {directory.Length} as the end of the zip says");
        }

        entries.Sort((one, other) => one.At.CompareTo(other.At));
        return entries;
    }

    private static async Task<(ZipDirectory Directory, long EndAt)> FindAsync(Stream zip, CancellationToken cancellationToken)
    {
        var tail = new byte[(int)Math.Min(zip.Length, EndSize + MaxCommentLength)];
        var tailAt = zip.Length - tail.Length;
        await ReadAsync(zip, tailAt, tail, cancellationToken).ConfigureAwait(false);

        var end = FindEnd(tail);
        var directory = FromEnd(tail.AsSpan(end));
        var endAt = tailAt + end;
        if (!directory.IsLarge || endAt < LocatorSize)
        {
            return (directory, endAt);
        }

        var locator = new byte[LocatorSize];
        await ReadAsync(zip, endAt - LocatorSize, locator, cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
        {
            return (directory, endAt); // The numbers are what they say, by chance.
        }

        var largeAt = endAt - LocatorSize - LargeEndSize;
        var large = new byte[LargeEndSize];
        if (largeAt >= 0)
        {
            await ReadAsync(zip, largeAt, large, cancellationToken).ConfigureAwait(false);
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(large) == LargeEndSignature
            ? (FromLargeEnd(large), largeAt)
            : throw new DamagedException("has a broken end of a large zip (zip64)");
    }

    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        Span<byte> signature = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, EndSignature);
        var longer = false;
        for (var at = tail.LastIndexOf(signature); at >= 0; at = tail[..(at + signature.Length - 1)].LastIndexOf(signature))
        {
            var rest = tail.Length - at - EndSize - (tail.Length - at >= EndSize ? Short(tail, at + EndSize - 2) : 0);
            if (rest == 0)
            {
                return at;
            }

            longer |= rest > 0;
        }

        throw new DamagedException(longer ? "has other data after the end of its zip" : "is cut off or not a zip: it has no zip directory at its end");
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static async Task ReadAsync(Stream zip, long at, Memory<byte> into, CancellationToken cancellationToken)
    {
        zip.Position = at;
        await zip.ReadExactlyAsync(into, cancellationToken).ConfigureAwait(false);
    }
}
