using Azure.Core;

namespace Cochin.Functions.Storage;

/// <summary>
/// The body of a request that asks, once a connection is there and right before its first byte goes out, whether it may still be
/// sent: a process may be paused for long between its last look and the connection.
/// </summary>
/// <param name="rightBefore">Throws where it may not.</param>
internal sealed class GuardedContent(RequestContent body, Action rightBefore) : RequestContent
{
    public override bool TryComputeLength(out long length) => body.TryComputeLength(out length);

    public override void WriteTo(Stream stream, CancellationToken cancellation)
    {
        rightBefore();
        body.WriteTo(stream, cancellation);
    }

    public override Task WriteToAsync(Stream stream, CancellationToken cancellation)
    {
        rightBefore();
        return body.WriteToAsync(stream, cancellation);
    }

    public override void Dispose() => body.Dispose();
}
