using System.Buffers;
using System.Security.Cryptography;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Hashes and counts the bytes that are read through it.</summary>
/// <param name="length">The expected number of bytes. If the stream ends earlier, that is a connection error and not damage.</param>
/// <param name="read">Called with the number of bytes after each read.</param>
internal sealed class HashingStream(Stream source, long length, Action<int>? read = null) : ReadOnlyStream
{
    private const int DrainSize = 128 * 1024;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The number of bytes read so far.</summary>
    public long Count { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count == 0 && buffer.Length > 0 && Count < length)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"The connection ended after {Count} of {length} bytes.");
        }

        hash.AppendData(buffer.Span[..count]);
        Count += count;
        read?.Invoke(count);
        return count;
    }

    /// <summary>Reads the rest of the stream.</summary>
    /// <returns>The SHA-256 of all bytes, in lowercase hexadecimal.</returns>
    public async Task<string> EndAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(DrainSize);
        try
        {
            while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) > 0)
            {
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
