using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage;

/// <summary>Records the resource of a denied request, which is not in the client's exception.</summary>
internal sealed class AccessDeniedPolicy(StorageService service) : HttpPipelinePolicy
{
    private const int Forbidden = 403;

    private static readonly ConditionalWeakTable<Response, DeniedResource> Recorded = [];

    /// <summary>Returns the denied resource; null if the response did not pass through this policy.</summary>
    public static DeniedResource? Find(RequestFailedException exception) =>
        exception.GetRawResponse() is { } response && Recorded.TryGetValue(response, out var denied) ? denied : null;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        Record(message);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        Record(message);
    }

    private void Record(HttpMessage message)
    {
        if (message is { HasResponse: true, Response.Status: Forbidden })
        {
            Recorded.AddOrUpdate(message.Response, DeniedResource.From(service, message.Request.Uri.ToUri()));
        }
    }
}
