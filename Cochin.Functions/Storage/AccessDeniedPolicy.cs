using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage;

/// <summary>Notes what a refused request was about: the exception that a client makes of the answer does not tell.</summary>
internal sealed class AccessDeniedPolicy(StorageService service) : HttpPipelinePolicy
{
    private const int Forbidden = 403;

    private static readonly ConditionalWeakTable<Response, DeniedResource> Noted = [];

    /// <summary>What was refused, or null where the exception is not of an answer that went through here.</summary>
    public static DeniedResource? Find(RequestFailedException exception) =>
        exception.GetRawResponse() is { } answer && Noted.TryGetValue(answer, out var refused) ? refused : null;

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        ProcessNext(message, pipeline);
        Note(message);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        Note(message);
    }

    private void Note(HttpMessage message)
    {
        if (message is { HasResponse: true, Response.Status: Forbidden })
        {
            Noted.AddOrUpdate(message.Response, DeniedResource.From(service, message.Request.Uri.ToUri()));
        }
    }
}
