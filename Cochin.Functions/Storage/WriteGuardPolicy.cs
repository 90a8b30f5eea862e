using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage;

/// <summary>
/// Asks the run that owns the clients, before each attempt of a write, whether it may still be sent; a write with a body is asked for once
/// more when its connection is open. Without it, a process that was paused in the middle of a request would wake up to a timeout, and its
/// client would send the request again.
/// </summary>
/// <param name="beforeWrite">Throws if the write must not be sent. Not an <see cref="OperationCanceledException"/>, which a client retries.</param>
internal sealed class WriteGuardPolicy(Action beforeWrite) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Ask(message);
        ProcessNext(message, pipeline);
    }

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Ask(message);
        return ProcessNextAsync(message, pipeline);
    }

    private void Ask(HttpMessage message)
    {
        var request = message.Request;
        if (request.Method == RequestMethod.Get || request.Method == RequestMethod.Head)
        {
            return;
        }

        beforeWrite();
        if (request.Content is { } body and not GuardedBody)
        {
            request.Content = new GuardedBody(body, beforeWrite);
        }
    }

    private sealed class GuardedBody(RequestContent body, Action beforeWrite) : RequestContent
    {
        public override bool TryComputeLength(out long length) => body.TryComputeLength(out length);

        public override void WriteTo(Stream stream, CancellationToken cancellation)
        {
            beforeWrite();
            body.WriteTo(stream, cancellation);
        }

        public override Task WriteToAsync(Stream stream, CancellationToken cancellation)
        {
            beforeWrite();
            return body.WriteToAsync(stream, cancellation);
        }

        public override void Dispose() => body.Dispose();
    }
}
