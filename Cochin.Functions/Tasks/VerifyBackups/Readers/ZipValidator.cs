using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// Tests a zip in one pass over its bytes: the CRC and lengths of every entry, and that its directory has the same entries. .NET's own
/// reader does not check CRCs.
/// </summary>
internal sealed class ZipValidator(ForwardReader reader)
{
    private const string Data = "a zip entry's data";
    private const int PieceSize = 64 * 1024;

    private string? untested;

    /// <summary>Tests a zip whose directory was read before.</summary>
    /// <param name="entries">In the order of their data.</param>
    /// <exception cref="DamagedException">It is not sound.</exception>
    /// <exception cref="UntestedException">What could be tested is sound.</exception>
    public static async Task RunAsync(Stream stream, IReadOnlyList<ZipEntry> entries, CancellationToken cancellationToken)
    {
        using var reader = new ForwardReader(stream);
        var test = new ZipValidator(reader);
        foreach (var entry in entries)
        {
            await test.SkipToAsync(entry, cancellationToken).ConfigureAwait(false);
            var local = await ZipEntry.ReadLocalAsync(reader, cancellationToken).ConfigureAwait(false);
            if (local.NameHash != entry.NameHash || local.Method != entry.Method || (!local.HasDescriptor && local with { Flags = entry.Flags } != entry))
            {
                throw Differs(entry);
            }

            await test.TestAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        test.End();
    }

    /// <summary>Tests a zip without knowing its directory, which comes last.</summary>
    /// <param name="names">At least one of its entries must be called so.</param>
    /// <inheritdoc cref="RunAsync(Stream, IReadOnlyList{ZipEntry}, CancellationToken)" path="/exception"/>
    public static async Task RunForwardAsync(Stream stream, IReadOnlyCollection<ulong> names, CancellationToken cancellationToken)
    {
        using var reader = new ForwardReader(stream);
        var test = new ZipValidator(reader);
        var entries = new List<ZipEntry>();
        while (await SignatureAsync(reader, cancellationToken).ConfigureAwait(false) == ZipEntry.LocalSignature)
        {
            if (entries.Count == ZipDirectory.MaxEntries)
            {
                throw new UntestedException($"has a zip with more than {ZipDirectory.MaxEntries} entries, which are not tested");
            }

            var local = await ZipEntry.ReadLocalAsync(reader, cancellationToken).ConfigureAwait(false);
            entries.Add(local.HasDescriptor
                ? await test.TestUnmeasuredAsync(local, cancellationToken).ConfigureAwait(false)
                : await test.TestAsync(local, cancellationToken).ConfigureAwait(false));
        }

        await test.TestDirectoryAsync(entries, cancellationToken).ConfigureAwait(false);
        if (!entries.Exists(entry => names.Contains(entry.NameHash)))
        {
            throw new DamagedException("has neither a metadata.json nor a database.sql in its archive, so nothing can be restored from it");
        }

        test.End();
    }

    private void End()
    {
        if (untested is not null)
        {
            throw new UntestedException(untested);
        }
    }

    private async ValueTask SkipToAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        if (entry.At < reader.Position)
        {
            throw new DamagedException($"has zip entries that overlap, at byte {entry.At}");
        }

        await reader.SkipAsync(entry.At - reader.Position, Data, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<ZipEntry> TestAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        if (entry.IsEncrypted || entry.Method is not (ZipEntry.Stored or ZipEntry.Deflated))
        {
            untested ??= entry.IsEncrypted
                ? "has zip entries with a password, whose contents are not tested"
                : $"has zip entries packed by method {entry.Method}, whose contents are not tested";
            await reader.SkipAsync(entry.Packed, Data, cancellationToken).ConfigureAwait(false);
            return entry;
        }

        var (crc, length) = entry.Method == ZipEntry.Stored
            ? await SumStoredAsync(entry, cancellationToken).ConfigureAwait(false)
            : await SumDeflatedAsync(entry, cancellationToken).ConfigureAwait(false);
        return crc == entry.Crc && length == entry.Unpacked
            ? entry
            : throw new DamagedException($"has a zip entry with a wrong CRC or length at byte {entry.At}");
    }

    private async ValueTask<(uint Crc, long Length)> SumStoredAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        var crc = new Crc32();
        await reader.SkipAsync(entry.Packed, Data, cancellationToken, crc.Append).ConfigureAwait(false);
        return (crc.GetCurrentHashAsUInt32(), entry.Packed);
    }

    private async ValueTask<(uint Crc, long Length)> SumDeflatedAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        using var content = new InflateStream(reader, entry.Packed);
        await ReadAsync(content, entry.Unpacked, cancellationToken).ConfigureAwait(false);
        await content.SkipRestAsync(Data, cancellationToken).ConfigureAwait(false);
        return (content.Crc, content.Unpacked);
    }

    // The lengths follow the data: a program wrote it that could not go back.
    private async ValueTask<ZipEntry> TestUnmeasuredAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        if (entry is { Method: ZipEntry.Stored, Packed: 0 } && await reader.PeekAsync(Descriptor.Empty.Length, cancellationToken).ConfigureAwait(false)
            && reader.Next(Descriptor.Empty.Length).SequenceEqual(Descriptor.Empty))
        {
            reader.Advance(Descriptor.Empty.Length);
            return entry; // A folder.
        }

        if (entry.Method != ZipEntry.Deflated || entry.IsEncrypted)
        {
            throw new UntestedException("has zip entries whose end can't be found without the directory, which are not tested");
        }

        using var content = new InflateStream(reader);
        await ReadAsync(content, long.MaxValue, cancellationToken).ConfigureAwait(false);
        long packed = 0;
        var isFound = await content.FindEndAsync(
            before: sizeof(uint),
            after: 2 * sizeof(long),
            (bytes, end) => Descriptor.Measure(bytes, end, content.Unpacked, ref packed),
            cancellationToken).ConfigureAwait(false);
        return isFound
            ? entry with { Packed = packed, Unpacked = content.Unpacked, Crc = content.Crc }
            : throw new DamagedException($"is cut off, or has a zip entry with a wrong CRC or length at byte {entry.At}");
    }

    private static async ValueTask ReadAsync(InflateStream content, long most, CancellationToken cancellationToken)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        try
        {
            while (content.Unpacked <= most && await content.ReadAsync(piece, cancellationToken).ConfigureAwait(false) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
        }
    }

    private async ValueTask TestDirectoryAsync(List<ZipEntry> entries, CancellationToken cancellationToken)
    {
        var at = reader.Position;
        var lines = 0;
        while (await SignatureAsync(reader, cancellationToken).ConfigureAwait(false) == ZipEntry.DirectorySignature)
        {
            var line = await ZipEntry.ReadDirectoryAsync(reader, cancellationToken).ConfigureAwait(false);
            var entry = entries.BinarySearch(line, Comparer<ZipEntry>.Create((one, other) => one.At.CompareTo(other.At)));
            if (entry < 0 || entries[entry] with { Flags = line.Flags } != line)
            {
                throw Differs(line);
            }

            lines++;
        }

        var found = new ZipDirectory(lines, reader.Position - at, at);
        await TestEndAsync(found, cancellationToken).ConfigureAwait(false);
        if (lines != entries.Count)
        {
            throw new DamagedException($"has {entries.Count} zip entries, but a directory of {lines}");
        }
    }

    private async ValueTask TestEndAsync(ZipDirectory found, CancellationToken cancellationToken)
    {
        const string What = "the end of its zip";
        var isLarge = await SignatureAsync(reader, cancellationToken).ConfigureAwait(false) == ZipDirectory.LargeEndSignature;
        if (isLarge)
        {
            await reader.EnsureAsync(ZipDirectory.LargeEndSize + ZipDirectory.LocatorSize, What, cancellationToken).ConfigureAwait(false);
            if (ZipDirectory.FromLargeEnd(reader.Next(ZipDirectory.LargeEndSize)) != found)
            {
                throw Wrong();
            }

            reader.Advance(ZipDirectory.LargeEndSize + ZipDirectory.LocatorSize);
        }

        if (await SignatureAsync(reader, cancellationToken).ConfigureAwait(false) != ZipDirectory.EndSignature)
        {
            throw new DamagedException($"has no zip entry and no end of a zip at byte {reader.Position}: it is cut off or not a zip");
        }

        await reader.EnsureAsync(ZipDirectory.EndSize, What, cancellationToken).ConfigureAwait(false);
        var stated = ZipDirectory.FromEnd(reader.Next(ZipDirectory.EndSize));
        if (isLarge ? !stated.IsLarge && stated != found : stated != found)
        {
            throw Wrong();
        }

        var comment = BinaryPrimitives.ReadUInt16LittleEndian(reader.Next(ZipDirectory.EndSize)[^2..]);
        await reader.SkipAsync(ZipDirectory.EndSize + comment, What, cancellationToken).ConfigureAwait(false);
        if (await reader.PeekAsync(1, cancellationToken).ConfigureAwait(false))
        {
            throw new DamagedException("has other data after the end of its zip");
        }

        static DamagedException Wrong() => new("has a zip directory that is not the one that the end of the zip names");
    }

    private static async ValueTask<uint> SignatureAsync(ForwardReader reader, CancellationToken cancellationToken) =>
        await reader.PeekAsync(sizeof(uint), cancellationToken).ConfigureAwait(false) ? BinaryPrimitives.ReadUInt32LittleEndian(reader.Next(sizeof(uint))) : 0;

    private static DamagedException Differs(ZipEntry entry) => new($"has a zip directory that does not agree with the entry at byte {entry.At}");

    /// <summary>What follows the data of an entry whose header could not name its lengths.</summary>
    private static class Descriptor
    {
        /// <summary>That of an entry without data, with its signature.</summary>
        public static ReadOnlySpan<byte> Empty => [0x50, 0x4b, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        /// <param name="bytes">From the CRC on.</param>
        /// <param name="before">How long the data is if the CRC follows at once; a signature may come between.</param>
        public static int Measure(ReadOnlySpan<byte> bytes, long before, long unpacked, ref long packed)
        {
            foreach (var signature in (ReadOnlySpan<int>)[sizeof(uint), 0])
            {
                packed = before - signature;
                if (bytes.Length >= 12 && Long(bytes, 4) == packed && Long(bytes, 8) == unpacked)
                {
                    return 12;
                }

                // Of more than 4 GiB, or written by a program that could not know.
                if (bytes.Length >= 20 && Large(bytes, 4) == packed && Large(bytes, 12) == unpacked)
                {
                    return 20;
                }
            }

            return 0;
        }

        private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

        private static long Large(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
    }
}
