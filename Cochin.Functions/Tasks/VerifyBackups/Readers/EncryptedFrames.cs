using System.Buffers.Binary;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// Reads an encrypted backup: a sequence of frames, each with a 4-byte length and a Fernet token; in an older format, after a salt. With a
/// key, it returns the plaintext, which is never written to disk.
/// </summary>
/// <param name="key">Null to validate only the frames.</param>
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
    private bool isStarted;
    private DamagedException? broken;

    /// <summary>The number of frames read so far.</summary>
    public long Frames { get; private set; }

    /// <summary>The number of frames that were signed with the key.</summary>
    public long Opened { get; private set; }

    /// <summary>Whether the file starts with a salt. The key is then derived from a password and not from the application's secret.</summary>
    public bool HasSalt { get; private set; }

    /// <summary>Returns the plaintext.</summary>
    /// <exception cref="DamagedException">A frame is invalid or can't be decrypted with the key.</exception>
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
                throw new DamagedException("has a token that can't be decrypted with the key");
            }
        }

        var count = Math.Min(buffer.Length, plainLength - plainAt);
        plain.AsSpan(plainAt, count).CopyTo(buffer.Span);
        plainAt += count;
        return count;
    }

    /// <summary>Validates the remaining frames.</summary>
    /// <exception cref="DamagedException">A frame is invalid.</exception>
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
            broken = e; // The start of the next frame is unknown.
            throw;
        }
    }

    private async ValueTask<bool> ReadFrameAsync(CancellationToken cancellationToken)
    {
        if (!isStarted)
        {
            await StartAsync(cancellationToken).ConfigureAwait(false);
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
            throw new DamagedException($"has a frame of {length} bytes at byte {at}, which is not a valid length");
        }

        reader.Advance(LengthSize);
        EnsureCapacity((int)length);
        var filled = 0;
        await reader.SkipAsync(length, What, cancellationToken, piece =>
        {
            piece.CopyTo(token.AsSpan(filled));
            filled += piece.Length;
        }).ConfigureAwait(false);
        Decode(token.AsSpan(0, (int)length), at);
        return true;
    }

    private void Decode(ReadOnlySpan<byte> text, long at)
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

    private async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        isStarted = true;
        if (await HasTokenAsync(0, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        HasSalt = await HasTokenAsync(SaltSize, cancellationToken).ConfigureAwait(false);
        reader.Advance(HasSalt ? SaltSize : throw new DamagedException("does not start with a frame of an encrypted backup"));
    }

    // The version 0x80 and the first bytes of the timestamp, which are 0 until 2106.
    private async ValueTask<bool> HasTokenAsync(int at, CancellationToken cancellationToken)
    {
        var end = at + LengthSize + "gAAAA"u8.Length;
        return await reader.PeekAsync(end, cancellationToken).ConfigureAwait(false) && reader.Next(end).EndsWith("gAAAA"u8);
    }

    private void EnsureCapacity(int length)
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
