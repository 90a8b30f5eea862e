using System.Buffers;
using System.Numerics;

namespace Cochin.Functions.Tasks.SyncDjango.Files;

/// <summary>Buffers for the blocks of all files. A file waits for one while the others use up the limit.</summary>
/// <param name="maxBytes">The maximum memory for buffers. Only a single larger buffer may exceed it.</param>
internal sealed class BufferPool(long maxBytes)
{
    private readonly Lock sync = new();
    private readonly Queue<(long Bytes, TaskCompletionSource Turn)> waiting = [];
    private long used;

    /// <summary>The memory of all buffers that are in use.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Waits for a buffer, in the order of the calls. Dispose it to return it.</summary>
    public async Task<BlockBuffer> RentAsync(int length, CancellationToken cancellationToken)
    {
        var bytes = BytesOf(length);
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (sync)
        {
            cancellationToken.ThrowIfCancellationRequested();
            waiting.Enqueue((bytes, turn));
            Grant();
        }

        using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)))
        {
            await turn.Task.ConfigureAwait(false);
        }

        return new BlockBuffer(this, length);
    }

    /// <summary>The size of the array that is rented for a buffer.</summary>
    internal static long BytesOf(int length) => BitOperations.RoundUpToPowerOf2((uint)length);

    internal void Return(int length)
    {
        lock (sync)
        {
            used -= BytesOf(length);
            Grant();
        }
    }

    private void Grant()
    {
        while (waiting.TryPeek(out var next) && (next.Turn.Task.IsCompleted || used == 0 || used + next.Bytes <= maxBytes))
        {
            waiting.Dequeue();
            used += next.Turn.TrySetResult() ? next.Bytes : 0;
        }
    }
}

/// <summary>The memory for one block.</summary>
internal sealed class BlockBuffer(BufferPool pool, int length) : IDisposable
{
    private byte[]? buffer = ArrayPool<byte>.Shared.Rent(length);

    public Memory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>A stream over the bytes, which a client can read again for another attempt.</summary>
    public Stream OpenStream() => new MemoryStream(buffer!, 0, length, writable: false);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
            pool.Return(length);
        }
    }
}
