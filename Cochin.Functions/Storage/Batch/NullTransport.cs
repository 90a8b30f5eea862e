using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage.Batch;

/// <summary>A transport that sends nothing, for a pipeline that only signs requests.</summary>
internal sealed class NullTransport(HttpPipeline requests) : HttpPipelineTransport
{
    public override Request CreateRequest() => requests.CreateRequest();

    public override void Process(HttpMessage message) => message.Response = new EmptyResponse();

    public override ValueTask ProcessAsync(HttpMessage message)
    {
        Process(message);
        return ValueTask.CompletedTask;
    }

    private sealed class EmptyResponse : Response
    {
        public override int Status => PartResponse.Accepted;

        public override string ReasonPhrase => "";

        public override Stream? ContentStream { get; set; }

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => false;

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = null;
            return false;
        }
    }
}
