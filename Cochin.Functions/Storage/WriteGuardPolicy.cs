using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage;

/// <summary>
/// Checks before each write attempt whether the run may still write; for a write with a body, checks again when the connection is open.
/// Otherwise, a process that was paused during a request would see a timeout when it resumes, and its client would retry the write.
/// </summary>
/// <param name="beforeWrite">Throws if the write must not be sent. Not an <see cref="OperationCanceledException"/>, which a client retries.</param>
internal sealed class WriteGuardPolicy(Action beforeWrite) : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Guard(message);
        ProcessNext(message, pipeline);
    }

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Guard(message);
        return ProcessNextAsync(message, pipeline);
    }

    private void Guard(HttpMessage message)
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
