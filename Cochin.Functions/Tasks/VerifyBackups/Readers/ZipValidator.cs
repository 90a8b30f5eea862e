using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// Validates a zip file in one pass: the CRC and lengths of each entry, and that the directory has the same entries. The .NET reader does
/// not check CRCs.
/// </summary>
internal sealed class ZipValidator(ForwardReader reader)
{
    private const string Data = "a zip entry's data";
    private const int PieceSize = 64 * 1024;

    private string? untested;

    /// <summary>Validates a zip file whose directory was already read.</summary>
    /// <param name="entries">The entries in the order of their data.</param>
    /// <exception cref="DamagedException">The file is damaged.</exception>
    /// <exception cref="UntestedException">Some entries could not be validated; the others are valid.</exception>
    public static async Task ValidateAsync(Stream stream, IReadOnlyList<ZipEntry> entries, CancellationToken cancellationToken)
    {
        using var reader = new ForwardReader(stream);
        var validator = new ZipValidator(reader);
        foreach (var entry in entries)
        {
            await validator.SkipToAsync(entry, cancellationToken).ConfigureAwait(false);
            var local = await ZipEntry.ReadLocalAsync(reader, cancellationToken).ConfigureAwait(false);
            if (local.NameHash != entry.NameHash || local.Method != entry.Method || (!local.HasDescriptor && local with { Flags = entry.Flags } != entry))
            {
                throw ZipDirectoryValidator.Differs(entry);
            }

            await validator.ValidateEntryAsync(entry, cancellationToken).ConfigureAwait(false);
        }

        validator.End();
    }

    /// <summary>Validates a zip file that can only be read forward, so that the directory comes last.</summary>
    /// <param name="names">Hashes of names. At least one entry must have one of them.</param>
    /// <inheritdoc cref="ValidateAsync(Stream, IReadOnlyList{ZipEntry}, CancellationToken)" path="/exception"/>
    public static async Task ValidateForwardAsync(Stream stream, IReadOnlyCollection<ulong> names, CancellationToken cancellationToken)
    {
        using var reader = new ForwardReader(stream);
        var validator = new ZipValidator(reader);
        var entries = new List<ZipEntry>();
        while (await ZipDirectoryValidator.SignatureAsync(reader, cancellationToken).ConfigureAwait(false) == ZipEntry.LocalSignature)
        {
            if (entries.Count == ZipDirectory.MaxEntries)
            {
                throw new UntestedException($"has a zip with more than {ZipDirectory.MaxEntries} entries, which is not checked");
            }

            var local = await ZipEntry.ReadLocalAsync(reader, cancellationToken).ConfigureAwait(false);
            entries.Add(local.HasDescriptor
                ? await validator.ValidateEntryWithDescriptorAsync(local, cancellationToken).ConfigureAwait(false)
                : await validator.ValidateEntryAsync(local, cancellationToken).ConfigureAwait(false));
        }

        await new ZipDirectoryValidator(reader).ValidateAsync(entries, cancellationToken).ConfigureAwait(false);
        if (!entries.Exists(entry => names.Contains(entry.NameHash)))
        {
            throw new DamagedException("has neither a metadata.json nor a database.sql in its archive, so it can't be restored");
        }

        validator.End();
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

    private async ValueTask<ZipEntry> ValidateEntryAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        if (entry.IsEncrypted || entry.Method is not (ZipEntry.Stored or ZipEntry.Deflated))
        {
            untested ??= entry.IsEncrypted
                ? "has zip entries with a password, whose contents are not checked"
                : $"has zip entries with compression method {entry.Method}, whose contents are not checked";
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

    // The lengths follow the data, because the file was written to a stream that could not seek.
    private async ValueTask<ZipEntry> ValidateEntryWithDescriptorAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        if (entry is { Method: ZipEntry.Stored, Packed: 0 } && await reader.PeekAsync(Descriptor.Empty.Length, cancellationToken).ConfigureAwait(false)
            && reader.Next(Descriptor.Empty.Length).SequenceEqual(Descriptor.Empty))
        {
            reader.Advance(Descriptor.Empty.Length);
            return entry; // A folder.
        }

        if (entry.Method != ZipEntry.Deflated || entry.IsEncrypted)
        {
            throw new UntestedException("has zip entries whose end can't be found without the directory, so they are not checked");
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

    /// <summary>The descriptor after the data of an entry, with the lengths that its header does not contain.</summary>
    private static class Descriptor
    {
        /// <summary>The descriptor of an entry without data, with its signature.</summary>
        public static ReadOnlySpan<byte> Empty => [0x50, 0x4b, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        /// <param name="bytes">The bytes from the CRC on.</param>
        /// <param name="before">The length of the data, including the signature of the descriptor if there is one.</param>
        public static int Measure(ReadOnlySpan<byte> bytes, long before, long unpacked, ref long packed)
        {
            foreach (var signature in (ReadOnlySpan<int>)[sizeof(uint), 0])
            {
                packed = before - signature;
                if (bytes.Length >= 12 && Long(bytes, 4) == packed && Long(bytes, 8) == unpacked)
                {
                    return 12;
                }

                // Zip64: larger than 4 GiB, or written when the size was not known.
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
