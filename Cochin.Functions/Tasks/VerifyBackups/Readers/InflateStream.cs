using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// One deflate stream, unpacked. .NET unpacks it, but neither notices that one is cut off nor shows where it ends. What follows a stream
/// in its file has its CRC and length, so the end is where these are.
/// </summary>
internal sealed class InflateStream : ReadOnlyStream
{
    private readonly Input input;
    private readonly DeflateStream deflate;
    private readonly Crc32 crc = new();

    /// <param name="packed">How long it is, if that is known; it is never read further.</param>
    public InflateStream(ForwardReader reader, long packed = long.MaxValue)
    {
        input = new Input(reader, packed);
        deflate = new DeflateStream(input, CompressionMode.Decompress);
    }

    /// <summary>How many bytes were unpacked.</summary>
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
            throw new DamagedException($"has compressed data that can't be unpacked, before byte {input.End}");
        }

        crc.Append(buffer.Span[..count]);
        Unpacked += count;
        return count;
    }

    /// <summary>Consumes the rest of a stream whose length is known.</summary>
    public ValueTask SkipRestAsync(string what, CancellationToken cancellationToken) => input.SkipRestAsync(what, cancellationToken);

    /// <summary>Consumes what follows the stream, which begins with its CRC.</summary>
    /// <param name="before">How many bytes may stand between the stream and the CRC.</param>
    /// <param name="after">How many bytes follow the CRC.</param>
    /// <param name="measure">
    /// Given the bytes from the CRC on, and the length of the packed stream if it ends right before: how many bytes belong to what follows; 0
    /// if this is not it.
    /// </param>
    /// <returns>False if nothing of that kind follows, so that the stream is cut off or not the one that was packed.</returns>
    public async ValueTask<bool> FindEndAsync(int before, int after, Func<ReadOnlySpan<byte>, long, int> measure, CancellationToken cancellationToken)
    {
        // The stream ends somewhere in the last piece that was handed out.
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

            if (measure(window[at..], input.Handed - input.Pending + at) is > 0 and var length)
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

    /// <summary>Hands out pieces and consumes each only when the next one is asked for.</summary>
    private sealed class Input(ForwardReader reader, long packed) : ReadOnlyStream
    {
        public ForwardReader Reader => reader;

        /// <summary>How much was handed out.</summary>
        public long Handed { get; private set; }

        /// <summary>The length of the piece that was handed out last and is still in the reader's window.</summary>
        public int Pending { get; private set; }

        public long End => reader.Position + Pending;

        public bool HasThrown { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            reader.Advance(Pending);
            Pending = 0;
            HasThrown = true;
            var isThere = Handed < packed && await reader.PeekAsync(1, cancellationToken).ConfigureAwait(false);
            HasThrown = false;
            if (!isThere)
            {
                return 0;
            }

            Pending = (int)Math.Min(Math.Min(buffer.Length, reader.Window.Length), packed - Handed);
            reader.Next(Pending).CopyTo(buffer.Span);
            Handed += Pending;
            return Pending;
        }

        public ValueTask SkipRestAsync(string what, CancellationToken cancellationToken)
        {
            reader.Advance(Pending);
            Pending = 0;
            return reader.SkipAsync(packed - Handed, what, cancellationToken);
        }
    }
}
