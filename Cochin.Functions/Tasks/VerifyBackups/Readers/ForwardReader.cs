using System.Buffers;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Reads a stream in order, through a buffer in which a reader can look ahead.</summary>
/// <param name="capacity">How far it can look ahead.</param>
internal sealed class ForwardReader(Stream source, int capacity = 128 * 1024) : IDisposable
{
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int start;
    private int end;
    private bool isAtEnd;

    /// <summary>How many bytes were consumed.</summary>
    public long Position { get; private set; }

    /// <summary>What is in the buffer and not yet consumed.</summary>
    public ReadOnlyMemory<byte> Window => buffer.AsMemory(start, end - start);

    public ReadOnlySpan<byte> Next(int count) => buffer.AsSpan(start, count);

    /// <summary>Sees to it that so many bytes are in the window.</summary>
    /// <returns>False if the stream ends before.</returns>
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
    /// <exception cref="DamagedException">The stream ends before.</exception>
    public async ValueTask EnsureAsync(int count, string what, CancellationToken cancellationToken)
    {
        if (!await PeekAsync(count, cancellationToken).ConfigureAwait(false))
        {
            throw new DamagedException($"is cut off in {what}, after {Position + Window.Length} bytes");
        }
    }

    /// <summary>Consumes bytes of the window.</summary>
    public void Advance(int count)
    {
        start += count;
        Position += count;
    }

    /// <summary>Consumes bytes in the window or after it.</summary>
    /// <param name="use">Sees each piece of them.</param>
    /// <exception cref="DamagedException">The stream ends before.</exception>
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

    /// <summary>Consumes zeros up to the end, or up to something else.</summary>
    /// <returns>Whether that was the end.</returns>
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
