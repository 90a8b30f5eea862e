using System.Buffers.Binary;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Decompresses all members of a gzip file and checks the CRC and length of each.</summary>
/// <remarks>RFC 1952. Zeros after the last member are accepted as padding.</remarks>
internal sealed class GzipContent(Stream source) : ReadOnlyStream
{
    private const int HeaderSize = 10;
    private const int MaxNameLength = 64 * 1024;
    private const byte HasHeaderCrc = 2, HasExtra = 4, HasName = 8, HasComment = 16, Reserved = 0xE0;

    private readonly ForwardReader reader = new(source);
    private InflateStream? member;
    private bool hasMember;

    /// <summary>Whether nothing has come out of it so far.</summary>
    public bool IsEmpty { get; private set; } = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (member is not null || await StartMemberAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await member!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
            {
                IsEmpty = false;
                return count;
            }

            await EndMemberAsync(cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    /// <returns>False at the end of the file.</returns>
    private async ValueTask<bool> StartMemberAsync(CancellationToken cancellationToken)
    {
        var hasSignature = await reader.PeekAsync(2, cancellationToken).ConfigureAwait(false) && reader.Next(2) is [0x1F, 0x8B];
        if (!hasSignature && hasMember)
        {
            var end = reader.Position;
            return await reader.SkipZerosAsync(cancellationToken).ConfigureAwait(false)
                ? false
                : throw new DamagedException($"has other data after the end of its gzip stream, from byte {end}");
        }

        if (!hasSignature)
        {
            throw new DamagedException("does not start with a gzip header");
        }

        await SkipHeaderAsync(cancellationToken).ConfigureAwait(false);
        (member, hasMember) = (new InflateStream(reader), true);
        return true;
    }

    private async ValueTask SkipHeaderAsync(CancellationToken cancellationToken)
    {
        const string What = "a gzip header";
        await reader.EnsureAsync(HeaderSize, What, cancellationToken).ConfigureAwait(false);
        var (method, flags) = (reader.Next(HeaderSize)[2], reader.Next(HeaderSize)[3]);
        if (method != 8 || (flags & Reserved) != 0)
        {
            throw new DamagedException($"has a broken gzip header at byte {reader.Position}");
        }

        reader.Advance(HeaderSize);
        if ((flags & HasExtra) != 0)
        {
            await reader.EnsureAsync(2, What, cancellationToken).ConfigureAwait(false);
            await reader.SkipAsync(2 + BinaryPrimitives.ReadUInt16LittleEndian(reader.Next(2)), What, cancellationToken).ConfigureAwait(false);
        }

        for (var texts = ((flags & HasName) != 0 ? 1 : 0) + ((flags & HasComment) != 0 ? 1 : 0); texts > 0; texts--)
        {
            await SkipTextAsync(cancellationToken).ConfigureAwait(false);
        }

        await reader.SkipAsync((flags & HasHeaderCrc) != 0 ? 2 : 0, What, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SkipTextAsync(CancellationToken cancellationToken)
    {
        await reader.PeekAsync(MaxNameLength, cancellationToken).ConfigureAwait(false);
        var end = reader.Window.Span[..Math.Min(MaxNameLength, reader.Window.Length)].IndexOf((byte)0);
        reader.Advance(end >= 0 ? end + 1 : throw new DamagedException("has a gzip header that does not end"));
    }

    private async ValueTask EndMemberAsync(CancellationToken cancellationToken)
    {
        using var ended = member!;
        var length = (uint)ended.Unpacked;
        const int Trailer = 2 * sizeof(uint);
        const int ShortestPacked = 2; // Of nothing; CRC and length are zeros then, and so may be the byte before them.
        var isFound = await ended.FindEndAsync(
            before: 0,
            after: sizeof(uint),
            (bytes, packed) =>
                packed >= ShortestPacked && bytes.Length >= Trailer && BinaryPrimitives.ReadUInt32LittleEndian(bytes[sizeof(uint)..]) == length ? Trailer : 0,
            cancellationToken).ConfigureAwait(false);
        member = null;
        if (!isFound)
        {
            throw new DamagedException($"is cut off, or its gzip CRC or length is wrong (after {ended.Unpacked} decompressed bytes)");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            member?.Dispose();
            reader.Dispose();
        }

        base.Dispose(disposing);
    }
}
