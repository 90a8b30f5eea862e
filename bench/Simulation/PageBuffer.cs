using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;

namespace Cochin.Bench.Simulation;

/// <summary>Where a page is written. Used again for later pages, so that the simulation itself adds nothing to memory but a few of these.</summary>
internal sealed class PageBuffer
{
    public const int Capacity = 6 * 1024 * 1024;

    private static readonly ConcurrentBag<PageBuffer> Unused = [];

    private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(Capacity);

    public int Length { get; private set; }

    /// <summary>Where the next bytes go; say with <see cref="Advance"/> how many they were.</summary>
    public Span<byte> Rest => bytes.AsSpan(Length);

    public static PageBuffer Rent() => Unused.TryTake(out var buffer) ? buffer : new PageBuffer();

    public void Return()
    {
        Length = 0;
        Unused.Add(this);
    }

    public void Advance(int count) => Length += count;

    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Rest);
        Length += text.Length;
    }

    public void Write(string text) => Length += Encoding.UTF8.GetBytes(text, Rest);

    public void Write(long number)
    {
        Utf8Formatter.TryFormat(number, Rest, out var written);
        Length += written;
    }

    /// <summary>The page as the body of an answer; the buffer is free again once its reader is done.</summary>
    public HttpContent ToContent(string mediaType) => new PageContent(this, mediaType);

    public Stream ToStream() => new PageStream(bytes, this);

    private sealed class PageStream(byte[] bytes, PageBuffer buffer) : MemoryStream(bytes, 0, buffer.Length, writable: false)
    {
        private int isReturned;

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (Interlocked.Exchange(ref isReturned, 1) == 0)
            {
                buffer.Return();
            }
        }
    }
}
