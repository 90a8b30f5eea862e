using System.Buffers;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Reads a stream forward, with a buffer for looking ahead.</summary>
/// <param name="capacity">The maximum number of bytes to look ahead.</param>
internal sealed class ForwardReader(Stream source, int capacity = 128 * 1024) : IDisposable
{
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int start;
    private int end;
    private bool isAtEnd;

    /// <summary>The number of bytes consumed so far.</summary>
    public long Position { get; private set; }

    /// <summary>The bytes in the buffer that are not consumed yet.</summary>
    public ReadOnlyMemory<byte> Window => buffer.AsMemory(start, end - start);

    public ReadOnlySpan<byte> Next(int count) => buffer.AsSpan(start, count);

    /// <summary>Fills the window until it has at least this number of bytes.</summary>
    /// <returns>False if the stream ends first.</returns>
    public async ValueTask<bool> PeekAsync(int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, buffer.Length);
        while (end - start < count)
        {
            if (isAtEnd)
            {
                return false;
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            var read = await source.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            end += read;
            isAtEnd = read == 0;
        }

        return true;
    }

    /// <inheritdoc cref="PeekAsync"/>
    /// <exception cref="DamagedException">The stream ends first.</exception>
    public async ValueTask EnsureAsync(int count, string what, CancellationToken cancellationToken)
    {
        if (!await PeekAsync(count, cancellationToken).ConfigureAwait(false))
        {
            throw new DamagedException($"is cut off in {what}, after {Position + Window.Length} bytes");
        }
    }

    /// <summary>Consumes bytes from the window.</summary>
    public void Advance(int count)
    {
        start += count;
        Position += count;
    }

    /// <summary>Consumes bytes from the window and the stream.</summary>
    /// <param name="use">Called with each piece of the bytes.</param>
    /// <exception cref="DamagedException">The stream ends first.</exception>
    public async ValueTask SkipAsync(long count, string what, CancellationToken cancellationToken, Action<ReadOnlySpan<byte>>? use = null)
    {
        while (count > 0)
        {
            await EnsureAsync(1, what, cancellationToken).ConfigureAwait(false);
            var piece = (int)Math.Min(count, end - start);
            use?.Invoke(Next(piece));
            Advance(piece);
            count -= piece;
        }
    }

    /// <summary>Consumes zeros until the end of the stream or the first other byte.</summary>
    /// <returns>Whether the end was reached.</returns>
    public async ValueTask<bool> SkipZerosAsync(CancellationToken cancellationToken)
    {
        while (await PeekAsync(1, cancellationToken).ConfigureAwait(false))
        {
            var other = Window.Span.IndexOfAnyExcept((byte)0);
            Advance(other < 0 ? Window.Length : other);
            if (other >= 0)
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
}
