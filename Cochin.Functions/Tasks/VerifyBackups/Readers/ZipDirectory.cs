using System.Buffers.Binary;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>The central directory of a zip file, as described by the end record.</summary>
/// <param name="At">The offset of the directory according to the file.</param>
/// <remarks>https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.14 to 4.3.16.</remarks>
internal readonly record struct ZipDirectory(long Entries, long Length, long At)
{
    public const uint EndSignature = 0x06054b50;
    public const uint LargeEndSignature = 0x06064b50;
    public const uint LocatorSignature = 0x07064b50;

    public const int EndSize = 22;
    public const int LocatorSize = 20;
    public const int LargeEndSize = 56;

    /// <summary>Files with more entries are not checked, because each entry takes 40 bytes of memory.</summary>
    public const int MaxEntries = 500_000;

    private const int MaxCommentLength = ushort.MaxValue;

    /// <summary>Whether a value does not fit into the end record, so that there is a zip64 end record.</summary>
    public bool IsLarge => Entries == ushort.MaxValue || Length == uint.MaxValue || At == uint.MaxValue;

    public static ZipDirectory FromEnd(ReadOnlySpan<byte> end)
    {
        var isOneDisk = Short(end, 4) is 0 or ushort.MaxValue;
        return isOneDisk ? new(Short(end, 10), Long(end, 12), Long(end, 16)) : throw new UntestedException("is a zip in several parts, which is not checked");
    }

    public static ZipDirectory FromLargeEnd(ReadOnlySpan<byte> end) => new(
        BinaryPrimitives.ReadInt64LittleEndian(end[32..]),
        BinaryPrimitives.ReadInt64LittleEndian(end[40..]),
        BinaryPrimitives.ReadInt64LittleEndian(end[48..]));

    /// <summary>Reads the entries in the order of their data.</summary>
    /// <exception cref="DamagedException">The directory is missing or damaged.</exception>
    public static async Task<List<ZipEntry>> ReadAsync(Stream zip, CancellationToken cancellationToken)
    {
        var (directory, endAt) = await FindAsync(zip, cancellationToken).ConfigureAwait(false);

        // Data before the zip shifts all offsets.
        var shift = endAt - directory.Length - directory.At;
        if (directory is { Entries: < 0 } or { Length: < 0 } or { At: < 0 } || shift < 0)
        {
            throw new DamagedException("is cut off, or its zip directory is not at the offset in the end record");
        }

        if (directory.Entries > MaxEntries)
        {
            throw new UntestedException($"is a zip with {directory.Entries} entries; more than {MaxEntries} are not checked");
        }

        zip.Position = directory.At + shift;
        using var reader = new ForwardReader(zip);
        var entries = new List<ZipEntry>((int)directory.Entries);
        for (var i = 0; i < directory.Entries; i++)
        {
            var entry = await ZipEntry.ReadDirectoryAsync(reader, cancellationToken).ConfigureAwait(false);
            entries.Add(entry with { At = entry.At + shift });
        }

        if (reader.Position != directory.Length)
        {
            throw new DamagedException($"has a zip directory of {reader.Position} bytes instead of the {directory.Length} in the end record");
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
        if (endAt < LocatorSize)
        {
            return (directory, endAt);
        }

        // Python writes a zip64 end record from 2 GiB, although the values fit into the end record up to 4 GiB.
        var locator = new byte[LocatorSize];
        await ReadAsync(zip, endAt - LocatorSize, locator, cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
        {
            return (directory, endAt); // Not zip64: the values are exact.
        }

        var largeAt = endAt - LocatorSize - LargeEndSize;
        var large = new byte[LargeEndSize];
        if (largeAt >= 0)
        {
            await ReadAsync(zip, largeAt, large, cancellationToken).ConfigureAwait(false);
        }

        var hasLarge = BinaryPrimitives.ReadUInt32LittleEndian(large) == LargeEndSignature;
        if (directory.IsLarge)
        {
            return hasLarge ? (FromLargeEnd(large), largeAt) : throw new DamagedException("has an invalid zip64 end record");
        }

        // Exact values need no zip64 record. What looks like one and states something else is the comment of the last entry.
        return hasLarge && FromLargeEnd(large) == directory ? (directory, largeAt) : (directory, endAt);
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
