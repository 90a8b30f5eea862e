using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Decrypts Fernet tokens: version <c>0x80</c>, time, IV, AES-128-CBC and HMAC-SHA256, encoded as base64url. Not thread-safe.</summary>
/// <remarks>https://github.com/fernet/spec/blob/master/Spec.md. Needs no library, because .NET has all the algorithms.</remarks>
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

    /// <param name="key">The signing key, followed by the encryption key.</param>
    public FernetKey(ReadOnlySpan<byte> key)
    {
        signing = key[..KeySize].ToArray();
        encryption.Key = key[KeySize..].ToArray();
    }

    /// <summary>Derives the key with which the application encrypts the backups of a user. Slow by design: about 50 ms.</summary>
    /// <param name="keyOwner"><c>{user id}_{user name}</c>.</param>
    /// <returns>The key; null if <paramref name="keyOwner"/> has a different form.</returns>
    public static byte[]? Derive(string secretKey, string keyOwner)
    {
        if (keyOwner.IndexOf('_', StringComparison.Ordinal) is not (> 0 and var userEnd))
        {
            return null;
        }

        var salt = "backup_salt_user_" + keyOwner[..userEnd];
        return Rfc2898DeriveBytes.Pbkdf2($"{secretKey}_{keyOwner}", Encoding.UTF8.GetBytes(salt), Iterations, HashAlgorithmName.SHA256, 2 * KeySize);
    }

    /// <summary>Decodes a token without checking its signature.</summary>
    /// <param name="decoded">The destination; at least as long as the token.</param>
    /// <param name="length">The number of decoded bytes.</param>
    /// <returns>False if the format is not that of a token.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> token, Span<byte> decoded, out int length)
    {
        length = 0;
        if (token.Length % 4 != 0 || Base64Url.DecodeFromUtf8(token, decoded, out _, out length) != OperationStatus.Done)
        {
            return false;
        }

        // The decoder ignores white space, so the length must be checked.
        var padding = token.EndsWith("=="u8) ? 2 : token.EndsWith("="u8) ? 1 : 0;
        var encrypted = length - HeaderSize - HMACSHA256.HashSizeInBytes;
        return length == (token.Length / 4 * 3) - padding && encrypted >= BlockSize && encrypted % BlockSize == 0 && decoded[0] == Version;
    }

    /// <summary>Decrypts a token that was decoded with <see cref="TryDecode"/>.</summary>
    /// <param name="plain">The destination; at least as long as the token.</param>
    /// <returns>The length of the plaintext; null if the token was not signed with this key or was modified.</returns>
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
            return null; // Invalid padding.
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(signing);
        encryption.Dispose();
    }
}
