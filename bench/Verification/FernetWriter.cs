using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Bench.Verification;

/// <summary>Encrypts in the format of the application: frames of a 4-byte length and a Fernet token of up to 64 KiB of plain text.</summary>
internal sealed class FernetWriter : IDisposable
{
    public const string SecretKey = "bench-only-key";
    public const string KeyOwner = "1_admin";

    private const int PlainBytes = 64 * 1024;
    private const int HalfKey = 16;
    private const int HeaderBytes = 9 + HalfKey; // Version, time and IV.

    private readonly byte[] key = FernetKey.Derive(SecretKey, KeyOwner)!;
    private readonly Aes aes = Aes.Create();

    public FernetWriter() => aes.Key = key[HalfKey..];

    public async Task WriteAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        var plain = new byte[PlainBytes];
        while (await source.ReadAtLeastAsync(plain, plain.Length, throwOnEndOfStream: false, cancellationToken) is > 0 and var length)
        {
            await target.WriteAsync(Frame(plain.AsSpan(0, length)), cancellationToken);
        }
    }

    public void Dispose() => aes.Dispose();

    private byte[] Frame(ReadOnlySpan<byte> plain)
    {
        var encrypted = aes.GetCiphertextLengthCbc(plain.Length);
        var token = new byte[HeaderBytes + encrypted + HMACSHA256.HashSizeInBytes];
        token[0] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(1), 1_800_000_000);
        RandomNumberGenerator.Fill(token.AsSpan(9, HalfKey));
        aes.EncryptCbc(plain, token.AsSpan(9, HalfKey), token.AsSpan(HeaderBytes));
        HMACSHA256.HashData(key.AsSpan(0, HalfKey), token.AsSpan(0, HeaderBytes + encrypted), token.AsSpan(HeaderBytes + encrypted));

        var length = (token.Length + 2) / 3 * 4;
        var frame = new byte[sizeof(int) + length];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        frame.AsSpan(sizeof(int)).Fill((byte)'='); // The encoder writes no padding.
        Base64Url.EncodeToUtf8(token, frame.AsSpan(sizeof(int)));
        return frame;
    }
}
