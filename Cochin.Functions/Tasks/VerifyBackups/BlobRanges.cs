using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>
/// A seekable stream over one version of a blob, read in ranges. Unlike the stream of the client library, it does not ask for the length
/// again: a wrong response would make a sound backup look truncated.
/// </summary>
internal sealed class BlobRanges(BlobClient blob, ETag version, long length) : Stream
{
    // The directory of a zip file is read in ranges of this size.
    private const int RangeSize = 1024 * 1024;

    private byte[] piece = [];
    private long pieceAt;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length || buffer.Length == 0)
        {
            return 0;
        }

        if (Position < pieceAt || Position >= pieceAt + piece.Length)
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        var rest = piece.AsMemory((int)(Position - pieceAt));
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        Position += rest.Length;
        return rest.Length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var range = new HttpRange(Position, Math.Min(RangeSize, length - Position));
        var options = new BlobDownloadOptions { Range = range, Conditions = new BlobRequestConditions { IfMatch = version } };
        using var response = (await blob.DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false)).Value;
        var loaded = new byte[range.Length!.Value];
        await response.Content.ReadExactlyAsync(loaded, cancellationToken).ConfigureAwait(false);
        (piece, pieceAt) = (loaded, range.Offset);
    }
}
