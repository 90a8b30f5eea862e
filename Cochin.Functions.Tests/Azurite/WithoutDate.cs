using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Takes the time out of the service's answers.</summary>
internal sealed class WithoutDate : HttpPipelinePolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (message.Response.Status == 200)
        {
            message.Response = new Answer(message.Response);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The program only sends asynchronously.");

    private sealed class Answer(Response original) : Response
    {
        public override int Status => original.Status;

        public override string ReasonPhrase => original.ReasonPhrase;

        public override Stream? ContentStream { get => original.ContentStream; set => original.ContentStream = value; }

        public override string ClientRequestId { get => original.ClientRequestId; set => original.ClientRequestId = value; }

        public override void Dispose() => original.Dispose();

        protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => original.Headers.Where(header => !IsDate(header.Name));

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return !IsDate(name) && original.Headers.TryGetValue(name, out value);
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = null;
            return !IsDate(name) && original.Headers.TryGetValues(name, out values);
        }

        private static bool IsDate(string header) => string.Equals(header, "Date", StringComparison.OrdinalIgnoreCase);
    }
}
