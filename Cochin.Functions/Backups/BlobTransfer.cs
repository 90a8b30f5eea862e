using System.Buffers;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Backups;

/// <summary>
/// Reads one version of a blob in ranges, several at once, and passes them on in order. Each range has its own retries, so a long download
/// survives any number of broken connections. The memory usage does not depend on the size of the blob.
/// </summary>
/// <param name="received">Called with the number of new bytes each time some arrive. The calls come from several threads.</param>
internal sealed class BlobTransfer(BlobClient blob, ETag version, long length, Action<long> received)
{
    private const int RangeSize = 4 * 1024 * 1024;
    private const int ReadSize = 256 * 1024;
    private const int MaxParallelReads = 4;

    /// <param name="offset">The position of the first byte to read.</param>
    /// <param name="write">Called with one range after the other, in order.</param>
    /// <exception cref="RequestFailedException"><c>ConditionNotMet</c>: the blob was overwritten. Otherwise the storage could not be read.</exception>
    public async Task CopyAsync(long offset, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reads = new Queue<Task<RangeBuffer>>();
        try
        {
            for (var next = offset; next < length || reads.Count > 0;)
            {
                while (next < length && reads.Count < MaxParallelReads)
                {
                    var count = (int)Math.Min(RangeSize, length - next);
                    reads.Enqueue(ReadRangeAsync(next, count, stop.Token));
                    next += count;
                }

                using var range = await reads.Dequeue().ConfigureAwait(false);
                await write(range.Bytes).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(reads)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<RangeBuffer> ReadRangeAsync(long offset, int count, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, count), Conditions = new BlobRequestConditions { IfMatch = version } };
        using var response = (await blob.DownloadStreamingAsync(options, cancellationToken).ConfigureAwait(false)).Value;
        if (response.Details.ContentLength != count)
        {
            throw new InvalidDataException($"{response.Details.ContentLength} bytes were received instead of {count}");
        }

        var range = new RangeBuffer(count);
        try
        {
            for (var at = 0; at < count;)
            {
                var rest = range.Bytes[at..];
                var read = await response.Content.ReadAsync(rest[..Math.Min(rest.Length, ReadSize)], cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new HttpIOException(HttpRequestError.ResponseEnded, $"The connection ended after {at} of {count} bytes.");
                }

                at += read;
                received(read);
            }

            return range;
        }
        catch
        {
            range.Dispose();
            throw;
        }
    }

    private sealed class RangeBuffer(int count) : IDisposable
    {
        private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(count);

        public Memory<byte> Bytes => buffer.AsMemory(0, count);

        public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
    }
}
