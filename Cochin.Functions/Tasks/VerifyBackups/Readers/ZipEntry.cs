using System.Buffers.Binary;
using System.IO.Hashing;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>An entry of a zip file, in a compact form for large files.</summary>
/// <param name="At">The offset of the local header.</param>
/// <param name="Packed">The compressed length.</param>
/// <param name="NameHash">The hash of the name.</param>
/// <remarks>https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3 and 4.5.3.</remarks>
internal readonly record struct ZipEntry(long At, long Packed, long Unpacked, uint Crc, ushort Method, ushort Flags, ulong NameHash)
{
    public const uint LocalSignature = 0x04034b50;
    public const uint DirectorySignature = 0x02014b50;

    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    private const int LocalSize = 30;
    private const int DirectorySize = 46;
    private const int MaxFieldLength = ushort.MaxValue;
    private const ushort Zip64 = 1;
    private const ushort EncryptedFlag = 1;
    private const ushort DescriptorFlag = 8;

    public bool IsEncrypted => (Flags & EncryptedFlag) != 0;

    /// <summary>Whether the CRC and the lengths follow the data and are missing in the local header.</summary>
    public bool HasDescriptor => (Flags & DescriptorFlag) != 0;

    public static ulong HashOf(ReadOnlySpan<byte> name) => XxHash64.HashToUInt64(name);

    /// <summary>Consumes a local header.</summary>
    /// <exception cref="DamagedException">The header is invalid.</exception>
    public static async ValueTask<ZipEntry> ReadLocalAsync(ForwardReader reader, CancellationToken cancellationToken)
    {
        const string What = "a zip entry's header";
        await reader.EnsureAsync(LocalSize, What, cancellationToken).ConfigureAwait(false);
        var at = reader.Position;
        if (BinaryPrimitives.ReadUInt32LittleEndian(reader.Next(LocalSize)) != LocalSignature)
        {
            throw new DamagedException($"has no zip entry at byte {at}, where one is expected");
        }

        var entry = FromLocal(at, reader.Next(LocalSize), out var nameLength, out var extraLength);
        reader.Advance(LocalSize);
        return await WithFieldsAsync(entry, reader, nameLength, extraLength, What, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Consumes an entry of the central directory.</summary>
    /// <exception cref="DamagedException">The header is invalid.</exception>
    public static async ValueTask<ZipEntry> ReadDirectoryAsync(ForwardReader reader, CancellationToken cancellationToken)
    {
        const string What = "the zip's directory";
        await reader.EnsureAsync(DirectorySize, What, cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32LittleEndian(reader.Next(DirectorySize)) != DirectorySignature)
        {
            throw new DamagedException("has a zip directory with fewer entries than the end record states");
        }

        var entry = FromDirectory(reader.Next(DirectorySize), out var nameLength, out var extraLength, out var commentLength);
        reader.Advance(DirectorySize);
        entry = await WithFieldsAsync(entry, reader, nameLength, extraLength, What, cancellationToken).ConfigureAwait(false);
        await reader.SkipAsync(commentLength, What, cancellationToken).ConfigureAwait(false);
        return entry;
    }

    private static ZipEntry FromLocal(long at, ReadOnlySpan<byte> header, out int nameLength, out int extraLength)
    {
        (nameLength, extraLength) = (Short(header, 26), Short(header, 28));
        return new(at, Long(header, 18), Long(header, 22), Long(header, 14), Short(header, 8), Short(header, 6), 0);
    }

    private static ZipEntry FromDirectory(ReadOnlySpan<byte> line, out int nameLength, out int extraLength, out int commentLength)
    {
        (nameLength, extraLength, commentLength) = (Short(line, 28), Short(line, 30), Short(line, 32));
        return new(Long(line, 42), Long(line, 20), Long(line, 24), Long(line, 16), Short(line, 10), Short(line, 8), 0);
    }

    private static async ValueTask<ZipEntry> WithFieldsAsync(
        ZipEntry entry, ForwardReader reader, int nameLength, int extraLength, string what, CancellationToken cancellationToken)
    {
        await reader.EnsureAsync(nameLength, what, cancellationToken).ConfigureAwait(false);
        entry = entry with { NameHash = HashOf(reader.Next(nameLength)) };
        reader.Advance(nameLength);
        await reader.EnsureAsync(Math.Min(extraLength, MaxFieldLength), what, cancellationToken).ConfigureAwait(false);
        entry = entry.WithLargeNumbers(reader.Next(extraLength));
        reader.Advance(extraLength);
        return entry;
    }

    // The zip64 extra field contains only the values that don't fit into their normal fields, in this order.
    private ZipEntry WithLargeNumbers(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var (id, length) = (Short(extra, 0), Short(extra, 2));
            extra = extra[4..];
            if (length > extra.Length)
            {
                return this;
            }

            if (id == Zip64)
            {
                var field = extra[..length];
                var unpacked = Next(Unpacked, ref field);
                var packed = Next(Packed, ref field);
                return this with { Unpacked = unpacked, Packed = packed, At = Next(At, ref field) };
            }

            extra = extra[length..];
        }

        return this;

        static long Next(long number, ref ReadOnlySpan<byte> field)
        {
            if (number != uint.MaxValue || field.Length < sizeof(long))
            {
                return number;
            }

            var large = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[sizeof(long)..];
            return large >= 0 ? large : throw new DamagedException("has a zip entry with an invalid length");
        }
    }

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
