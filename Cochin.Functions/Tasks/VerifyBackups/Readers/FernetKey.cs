using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Opens Fernet tokens, not several at once: <c>0x80</c>, time, IV, AES-128-CBC and HMAC-SHA256, all in base64url.</summary>
/// <remarks>https://github.com/fernet/spec/blob/master/Spec.md. .NET has all that it takes, and no library is needed for it.</remarks>
internal sealed class FernetKey : IDisposable
{
    private const byte Version = 0x80;
    private const int IvAt = 9;
    private const int BlockSize = 16;
    private const int HeaderSize = IvAt + BlockSize;
    private const int KeySize = 16;
    private const int Iterations = 100_000;

    private readonly byte[] signing;
    private readonly Aes encryption = Aes.Create();

    /// <param name="key">The first half signs, the second encrypts.</param>
    public FernetKey(ReadOnlySpan<byte> key)
    {
        signing = key[..KeySize].ToArray();
        encryption.Key = key[KeySize..].ToArray();
    }

    /// <summary>The key with which the application encrypts a user's backups. Slow on purpose: about 50 ms.</summary>
    /// <param name="keyOwner"><c>{user id}_{user name}</c>.</param>
    /// <returns>Null if that is not of this form.</returns>
    public static byte[]? Derive(string secretKey, string keyOwner)
    {
        if (keyOwner.IndexOf('_', StringComparison.Ordinal) is not (> 0 and var userEnd))
        {
            return null;
        }

        var salt = "backup_salt_user_" + keyOwner[..userEnd];
        return Rfc2898DeriveBytes.Pbkdf2($"{secretKey}_{keyOwner}", Encoding.UTF8.GetBytes(salt), Iterations, HashAlgorithmName.SHA256, 2 * KeySize);
    }

    /// <summary>Decodes a token without looking at its signature.</summary>
    /// <param name="decoded">Has room for as many bytes as the token has.</param>
    /// <param name="length">How many bytes it has in fact.</param>
    /// <returns>False if it is not of a token's form.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> token, Span<byte> decoded, out int length)
    {
        length = 0;
        if (token.Length % 4 != 0 || Base64Url.DecodeFromUtf8(token, decoded, out _, out length) != OperationStatus.Done)
        {
            return false;
        }

        // White space would be passed over.
        var padding = token.EndsWith("=="u8) ? 2 : token.EndsWith("="u8) ? 1 : 0;
        var encrypted = length - HeaderSize - HMACSHA256.HashSizeInBytes;
        return length == (token.Length / 4 * 3) - padding && encrypted >= BlockSize && encrypted % BlockSize == 0 && decoded[0] == Version;
    }

    /// <summary>Decrypts what <see cref="TryDecode"/> has decoded.</summary>
    /// <param name="plain">Has room for as many bytes as the token has.</param>
    /// <returns>The length of the plain text; null if this key has not signed the token, or it was changed since.</returns>
    public int? TryOpen(ReadOnlySpan<byte> decoded, Span<byte> plain)
    {
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var signed = decoded[..^signature.Length];
        HMACSHA256.HashData(signing, signed, signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, decoded[^signature.Length..]))
        {
            return null;
        }

        try
        {
            return encryption.DecryptCbc(signed[HeaderSize..], signed.Slice(IvAt, BlockSize), plain);
        }
        catch (CryptographicException)
        {
            return null; // Its padding is wrong: no program of the application writes such a token.
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(signing);
        encryption.Dispose();
    }
}
