using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// Validates a tar archive: the checksum of each header, the length of each member, and the end marker. The .NET reader checks neither
/// checksums nor the end marker.
/// </summary>
/// <remarks>https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13 and the GNU tar manual, "Basic Tar Format".</remarks>
internal sealed class TarValidator(ForwardReader reader)
{
    private const int Block = 512;
    private const int MaxPaxLength = 1024 * 1024;
    private const int SizeAt = 124, SizeLength = 12, ChecksumAt = 148, ChecksumLength = 8, TypeAt = 156;

    // In the header of a sparse file, and in each continuation block.
    private const int SparseContinuesAt = 482, SparseBlockContinuesAt = 504;

    /// <exception cref="DamagedException">The archive is damaged.</exception>
    public static async Task ValidateAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new ForwardReader(stream);
        await new TarValidator(reader).ValidateAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ValidateAsync(CancellationToken cancellationToken)
    {
        var (members, hasContent) = (0L, false);
        long? announced = null;
        while (true)
        {
            if (!await reader.PeekAsync(1, cancellationToken).ConfigureAwait(false))
            {
                throw new DamagedException($"is cut off: its tar archive has no end marker (after {members} members)");
            }

            await reader.EnsureAsync(Block, "a tar header", cancellationToken).ConfigureAwait(false);
            var header = reader.Next(Block);
            if (!header.ContainsAnyExcept((byte)0))
            {
                break;
            }

            if (!HasChecksum(header))
            {
                throw new DamagedException($"has a tar header with a wrong checksum at byte {reader.Position}");
            }

            var (type, size, isSparse) = ((char)header[TypeAt], announced ?? Number(header.Slice(SizeAt, SizeLength)), header[SparseContinuesAt] != 0);
            reader.Advance(Block);
            announced = type == 'x' ? await ReadSizeAsync(size, cancellationToken).ConfigureAwait(false) : type is 'g' or 'L' or 'K' ? announced : null;
            members += type is 'x' or 'g' or 'L' or 'K' ? 0 : 1;
            hasContent |= size > 0 && type is not (>= '1' and <= '6' or 'x' or 'g' or 'L' or 'K');
            await SkipDataAsync(type, size, isSparse && type == 'S', cancellationToken).ConfigureAwait(false);
        }

        if (members == 0)
        {
            throw new DamagedException("is an empty tar archive that contains only zeros");
        }

        if (!hasContent)
        {
            throw new DamagedException("is a tar archive without content");
        }

        if (!await reader.SkipZerosAsync(cancellationToken).ConfigureAwait(false))
        {
            throw new DamagedException($"has other data after the end of its tar archive, at byte {reader.Position}");
        }
    }

    private static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        long unsigned = ChecksumLength * ' ', signed = ChecksumLength * ' ';
        for (var i = 0; i < Block; i++)
        {
            if (i is < ChecksumAt or >= ChecksumAt + ChecksumLength)
            {
                unsigned += header[i];
                signed += (sbyte)header[i];
            }
        }

        // Some old programs add up signed bytes.
        return TryOctal(header.Slice(ChecksumAt, ChecksumLength), out var stated) && (stated == unsigned || stated == signed);
    }

    private long Number(ReadOnlySpan<byte> field)
    {
        if (field[0] is 0x80)
        {
            // Binary: the size does not fit into octal digits.
            return BinaryPrimitives.ReadInt64BigEndian(field[^sizeof(long)..]) is >= 0 and var large ? large : throw Wrong();
        }

        return TryOctal(field, out var number) ? number : throw Wrong();

        DamagedException Wrong() => new($"has a tar header with an unreadable size at byte {reader.Position}");
    }

    private static bool TryOctal(ReadOnlySpan<byte> field, out long number)
    {
        number = 0;
        foreach (var digit in field.Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            number = (number << 3) + (digit - '0');
        }

        return true;
    }

    /// <returns>The size of the next member, which overrides the size in its header; null if the pax header contains none.</returns>
    private async ValueTask<long?> ReadSizeAsync(long length, CancellationToken cancellationToken)
    {
        if (length > MaxPaxLength)
        {
            throw new UntestedException($"has a tar header of {length} bytes, which is too long to be checked");
        }

        var text = new byte[length];
        var at = 0;
        await reader.SkipAsync(length, "a tar header", cancellationToken, piece =>
        {
            piece.CopyTo(text.AsSpan(at));
            at += piece.Length;
        }).ConfigureAwait(false);

        // Records of the form `22 size=123456789012\n`.
        var records = Encoding.UTF8.GetString(text).Split('\n');
        var size = Array.FindLast(records, record => record.Contains(" size=", StringComparison.Ordinal));
        var digits = size?[(size.IndexOf('=', StringComparison.Ordinal) + 1)..];
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private async ValueTask SkipDataAsync(char type, long size, bool isSparse, CancellationToken cancellationToken)
    {
        for (var continues = isSparse; continues;)
        {
            await reader.EnsureAsync(Block, "a tar header", cancellationToken).ConfigureAwait(false);
            continues = reader.Next(Block)[SparseBlockContinuesAt] != 0;
            reader.Advance(Block);
        }

        // Links, devices and folders have no data, regardless of their size. The data of a pax header was read before.
        var data = type is >= '1' and <= '6' ? 0 : size;
        var padded = data + ((Block - (data % Block)) % Block);
        await reader.SkipAsync(type == 'x' ? padded - data : padded, "a tar member", cancellationToken).ConfigureAwait(false);
    }
}
