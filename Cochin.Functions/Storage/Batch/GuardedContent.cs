using Azure.Core;

namespace Cochin.Functions.Storage.Batch;

/// <summary>
/// The body of a request that asks, once a connection is there and right before its first byte goes out, whether it may still be
/// sent: a process may be paused for long between its last look and the connection.
/// </summary>
/// <param name="rightBefore">Throws where it may not.</param>
internal sealed class GuardedContent(ReadOnlyMemory<byte> body, Action rightBefore) : RequestContent
{
    public override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }

    public override void WriteTo(Stream stream, CancellationToken cancellation)
    {
        rightBefore();
        stream.Write(body.Span);
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellation)
    {
        rightBefore();
        await stream.WriteAsync(body, cancellation).ConfigureAwait(false);
    }

    public override void Dispose()
    {
    }
}
