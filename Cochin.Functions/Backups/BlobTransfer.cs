using System.Buffers;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Backups;

/// <summary>
/// Reads one version of a blob in ranges, several at once, and passes them on in order. Each range has its own retries, so a long
/// download survives any number of broken connections. The memory is the same whatever the size of the blob.
/// </summary>
/// <param name="received">Called with the number of bytes, each time some arrive; from several threads.</param>
internal sealed class BlobTransfer(BlobClient blob, ETag version, long length, Action<long> received)
{
    private const int PieceSize = 4 * 1024 * 1024;
    private const int ReadSize = 256 * 1024;
    private const int AtOnce = 4;

    /// <param name="from">Where to begin; what is before it is there already.</param>
    /// <param name="write">Called with one piece after the other.</param>
    /// <exception cref="RequestFailedException"><c>ConditionNotMet</c>: the blob was overwritten. Otherwise the storage can't be read.</exception>
    public async Task CopyAsync(long from, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var loading = new Queue<Task<Piece>>();
        try
        {
            for (var next = from; next < length || loading.Count > 0;)
            {
                while (next < length && loading.Count < AtOnce)
                {
                    var count = (int)Math.Min(PieceSize, length - next);
                    loading.Enqueue(LoadAsync(next, count, stop.Token));
                    next += count;
                }

                using var piece = await loading.Dequeue().ConfigureAwait(false);
                await write(piece.Bytes).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(loading)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Piece> LoadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, count), Conditions = new BlobRequestConditions { IfMatch = version } };
        using var answer = (await blob.DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false)).Value;
        if (answer.Details.ContentLength != count)
        {
            throw new InvalidDataException($"{answer.Details.ContentLength} bytes came instead of {count}");
        }

        var piece = new Piece(count);
        try
        {
            for (var at = 0; at < count;)
            {
                var rest = piece.Bytes[at..];
                var read = await answer.Content.ReadAsync(rest[..Math.Min(rest.Length, ReadSize)], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new HttpIOException(HttpRequestError.ResponseEnded, $"The connection ended after {at} of {count} bytes.");
                }

                at += read;
                received(read);
            }

            return piece;
        }
        catch
        {
            piece.Dispose();
            throw;
        }
    }

    private sealed class Piece(int count) : IDisposable
    {
        private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(count);

        public Memory<byte> Bytes => buffer.AsMemory(0, count);

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
