using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>Removes the date from responses.</summary>
internal sealed class NoDatePolicy : HttpPipelinePolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (message.Response.Status == 200)
        {
            message.Response = new ResponseWithDate(message.Response, date: null);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The program only sends asynchronously.");
}

/// <summary>Simulates a service whose clock is ahead.</summary>
internal sealed class ClockSkewPolicy(TimeSpan ahead) : HttpPipelinePolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (message.Response is { Status: 200, Headers.Date: { } date })
        {
            message.Response = new ResponseWithDate(message.Response, (date + ahead).ToString("r"));
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The program only sends asynchronously.");
}

/// <summary>A response with a changed date, or none.</summary>
file sealed class ResponseWithDate(Response original, string? date) : Response
{
    public override int Status => original.Status;

    public override string ReasonPhrase => original.ReasonPhrase;

    public override Stream? ContentStream { get => original.ContentStream; set => original.ContentStream = value; }

    public override string ClientRequestId { get => original.ClientRequestId; set => original.ClientRequestId = value; }

    public override void Dispose() => original.Dispose();

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() =>
        [.. original.Headers.Where(header => !IsDate(header.Name)), .. date is null ? [] : (HttpHeader[])[new HttpHeader("Date", date)]];

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = date;
        return IsDate(name) ? date is not null : original.Headers.TryGetValue(name, out value);
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = date is null ? null : [date];
        return IsDate(name) ? date is not null : original.Headers.TryGetValues(name, out values);
    }

    private static bool IsDate(string header) => string.Equals(header, "Date", StringComparison.OrdinalIgnoreCase);
}
