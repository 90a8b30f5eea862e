using System.Buffers.Binary;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// What is in an encrypted backup: frames of a 4-byte length and a Fernet token that fill the file, in an older form after a salt. With a
/// key, reading it gives the plain text; it never leaves the memory.
/// </summary>
/// <param name="key">Null to test the frames alone.</param>
internal sealed class EncryptedFrames(Stream source, FernetKey? key) : ReadOnlyStream
{
    private const int SaltSize = 32;
    private const int LengthSize = sizeof(uint);

    // The application writes tokens of 87,480 characters.
    private const int MaxTokenLength = 1024 * 1024;
    private const int TypicalTokenLength = 90 * 1024;

    private readonly ForwardReader reader = new(source);
    private byte[] token = new byte[TypicalTokenLength];
    private byte[] decoded = new byte[TypicalTokenLength];
    private byte[] plain = new byte[key is null ? 0 : TypicalTokenLength];
    private int plainAt;
    private int plainLength;
    private bool hasBegun;
    private DamagedException? broken;

    /// <summary>The frames so far.</summary>
    public long Frames { get; private set; }

    /// <summary>How many of them the key has signed.</summary>
    public long Opened { get; private set; }

    /// <summary>Whether there is a salt in front, so that the key comes from a password and not from the application.</summary>
    public bool HasSalt { get; private set; }

    /// <summary>The plain text, as long as the key opens it.</summary>
    /// <exception cref="DamagedException">The frames do not fill the file, or the key does not open one.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (plainAt == plainLength)
        {
            if (!await NextAsync(cancellationToken).ConfigureAwait(false))
            {
                return 0;
            }

            if (Opened < Frames)
            {
                throw new DamagedException("has a token that the key does not open");
            }
        }

        var count = Math.Min(buffer.Length, plainLength - plainAt);
        plain.AsSpan(plainAt, count).CopyTo(buffer.Span);
        plainAt += count;
        return count;
    }

    /// <summary>Tests the frames that are left.</summary>
    /// <exception cref="DamagedException">The frames do not fill the file.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken).ConfigureAwait(false))
        {
        }
    }

    /// <returns>False at the end of the file.</returns>
    private async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return broken is null ? await ReadFrameAsync(cancellationToken).ConfigureAwait(false) : throw broken;
        }
        catch (DamagedException e)
        {
            broken = e; // What follows has no known beginning.
            throw;
        }
    }

    private async ValueTask<bool> ReadFrameAsync(CancellationToken cancellationToken)
    {
        if (!hasBegun)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (!await reader.PeekAsync(1, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        const string What = "a frame";
        await reader.EnsureAsync(LengthSize, What, cancellationToken).ConfigureAwait(false);
        var (at, length) = (reader.Position, BinaryPrimitives.ReadUInt32BigEndian(reader.Next(LengthSize)));
        if (length is 0 or > MaxTokenLength)
        {
            throw new DamagedException($"has a frame of {length} bytes at byte {at}, which no encrypted backup has");
        }

        reader.Advance(LengthSize);
        MakeRoom((int)length);
        var filled = 0;
        await reader.SkipAsync(length, What, cancellationToken, piece =>
        {
            piece.CopyTo(token.AsSpan(filled));
            filled += piece.Length;
        }).ConfigureAwait(false);
        Test(token.AsSpan(0, (int)length), at);
        return true;
    }

    private void Test(ReadOnlySpan<byte> text, long at)
    {
        if (!FernetKey.TryDecode(text, decoded, out var length))
        {
            throw new DamagedException($"has a frame at byte {at} that is not a Fernet token");
        }

        var opened = key?.TryOpen(decoded.AsSpan(0, length), plain);
        (plainAt, plainLength) = (0, opened ?? 0);
        Frames++;
        Opened += opened is null ? 0 : 1;
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        hasBegun = true;
        if (await HasTokenAsync(0, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        HasSalt = await HasTokenAsync(SaltSize, cancellationToken).ConfigureAwait(false);
        reader.Advance(HasSalt ? SaltSize : throw new DamagedException("does not begin with a frame as an encrypted backup does"));
    }

    // A version of 0x80 and the first bytes of a time, which are 0 until the year 2106.
    private async ValueTask<bool> HasTokenAsync(int at, CancellationToken cancellationToken)
    {
        var end = at + LengthSize + "gAAAA"u8.Length;
        return await reader.PeekAsync(end, cancellationToken).ConfigureAwait(false) && reader.Next(end).EndsWith("gAAAA"u8);
    }

    private void MakeRoom(int length)
    {
        if (length > token.Length)
        {
            (token, decoded) = (new byte[length], new byte[length]);
            plain = key is null ? plain : new byte[length];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.Clear(plain);
            reader.Dispose();
        }

        base.Dispose(disposing);
    }
}
