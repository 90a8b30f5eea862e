using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// Decompresses one deflate stream. <see cref="DeflateStream"/> does not report a truncated stream or the position of the end. The CRC and
/// length that follow the stream in its file are used to find the end.
/// </summary>
internal sealed class InflateStream : ReadOnlyStream
{
    private readonly Input input;
    private readonly DeflateStream deflate;
    private readonly Crc32 crc = new();

    /// <param name="packed">The compressed length if known. No more bytes are read.</param>
    public InflateStream(ForwardReader reader, long packed = long.MaxValue)
    {
        input = new Input(reader, packed);
        deflate = new DeflateStream(input, CompressionMode.Decompress);
    }

    /// <summary>The number of decompressed bytes so far.</summary>
    public long Unpacked { get; private set; }

    public uint Crc => crc.GetCurrentHashAsUInt32();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await deflate.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException) when (!input.HasThrown)
        {
            throw new DamagedException($"has compressed data that can't be decompressed, before byte {input.End}");
        }

        crc.Append(buffer.Span[..count]);
        Unpacked += count;
        return count;
    }

    /// <summary>Consumes the rest of a stream with a known length.</summary>
    public ValueTask SkipRestAsync(string what, CancellationToken cancellationToken) => input.SkipRestAsync(what, cancellationToken);

    /// <summary>Finds the end of the stream and consumes its trailer, which starts with the CRC.</summary>
    /// <param name="before">The maximum number of bytes between the stream and the CRC.</param>
    /// <param name="after">The number of bytes after the CRC.</param>
    /// <param name="measure">
    /// Gets the bytes from the CRC on, and the compressed length if the stream ends right before them. Returns the length of the trailer; 0
    /// if this is not the trailer.
    /// </param>
    /// <returns>False if there is no matching trailer: the stream is truncated or damaged.</returns>
    public async ValueTask<bool> FindEndAsync(int before, int after, Func<ReadOnlySpan<byte>, long, int> measure, CancellationToken cancellationToken)
    {
        // The stream ends in the last piece that was returned.
        await input.Reader.PeekAsync(input.Pending + before + sizeof(uint) + after, cancellationToken).ConfigureAwait(false);
        var end = Find(before, measure);
        if (end > 0)
        {
            input.Reader.Advance(end);
        }

        return end > 0;
    }

    private int Find(int before, Func<ReadOnlySpan<byte>, long, int> measure)
    {
        Span<byte> sought = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(sought, Crc);
        var window = input.Reader.Window.Span;
        for (var at = 0; at <= input.Pending + before; at++)
        {
            var next = window[at..].IndexOf(sought);
            if (next < 0 || (at += next) > input.Pending + before)
            {
                return 0;
            }

            if (measure(window[at..], input.Returned - input.Pending + at) is > 0 and var length)
            {
                return at + length;
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            deflate.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Returns pieces of the input and consumes each one only when the next is requested.</summary>
    private sealed class Input(ForwardReader reader, long packed) : ReadOnlyStream
    {
        public ForwardReader Reader => reader;

        /// <summary>The number of bytes returned.</summary>
        public long Returned { get; private set; }

        /// <summary>The length of the last piece, which is still in the window of the reader.</summary>
        public int Pending { get; private set; }

        public long End => reader.Position + Pending;

        public bool HasThrown { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            reader.Advance(Pending);
            Pending = 0;
            HasThrown = true;
            var isThere = Returned < packed && await reader.PeekAsync(1, cancellationToken).ConfigureAwait(false);
            HasThrown = false;
            if (!isThere)
            {
                return 0;
            }

            Pending = (int)Math.Min(Math.Min(buffer.Length, reader.Window.Length), packed - Returned);
            reader.Next(Pending).CopyTo(buffer.Span);
            Returned += Pending;
            return Pending;
        }

        public ValueTask SkipRestAsync(string what, CancellationToken cancellationToken)
        {
            reader.Advance(Pending);
            Pending = 0;
            return reader.SkipAsync(packed - Returned, what, cancellationToken);
        }
    }
}
