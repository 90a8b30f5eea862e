using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Cochin.Functions.Network;

namespace Cochin.Functions.Storage;

/// <summary>
/// Detects responses that do not come from the storage but from a proxy, a firewall or a captive portal. Otherwise, a 404 would mean that
/// a blob is gone, a 409 or 412 that another process was faster, and a 200 that a write succeeded. Also records the proxy of a failed
/// request in its exception.
/// </summary>
internal sealed class InterceptedResponsePolicy : HttpPipelinePolicy
{
    private const string ProxyKey = "Cochin.Proxy";
    private const int ServerError = 500;

    // The service sends both headers with every response, including errors.
    // https://learn.microsoft.com/rest/api/storageservices/common-rest-api-response-headers
    private static readonly string[] StorageHeaders = ["x-ms-request-id", "x-ms-version"];

    /// <summary>Returns " through the proxy http://HOST:PORT" if the failed request used a proxy; otherwise empty.</summary>
    public static string ProxyOf(Exception exception) => exception.Data[ProxyKey] as string ?? "";

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception e) when (RecordProxy(e, message))
        {
            throw;
        }

        Check(message);
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline).ConfigureAwait(false);
        }
        catch (Exception e) when (RecordProxy(e, message))
        {
            throw;
        }

        Check(message);
    }

    private static void Check(HttpMessage message)
    {
        var response = message.Response;
        if (Array.Exists(StorageHeaders, response.Headers.Contains))
        {
            return;
        }

        // A 5xx may come from a load balancer of the storage, without these headers. It is retried like any other 5xx.
        var type = response.Headers.ContentType;
        if (response.Status < ServerError || type?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true)
        {
            throw new InterceptedResponseException(response.Status, type, LoopbackBypass.DescribeProxy(message.Request.Uri.ToUri()));
        }
    }

    private static bool RecordProxy(Exception exception, HttpMessage message)
    {
        exception.Data[ProxyKey] = LoopbackBypass.DescribeProxy(message.Request.Uri.ToUri());
        return false;
    }
}

/// <summary>Something other than the storage answered the request. An <see cref="IOException"/>, so that the clients retry.</summary>
internal sealed class InterceptedResponseException(int status, string? contentType, string through)
    : IOException($"{(ResponseText.IsHtml(contentType?.Split(';')[0]) ? "a web page" : "something else")} answered instead of the storage{through} ({status})");
