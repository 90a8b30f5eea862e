using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Cochin.Functions.Network;

namespace Cochin.Functions.Storage;

/// <summary>
/// Recognises an answer that the storage did not give: that of a proxy, a firewall, or a network that wants a sign-in first. Taken for the
/// storage's, a 404 would mean that a blob is gone, a 409 or 412 that another process was faster, and a 200 that a write was done.
/// Also notes on a failed request which proxy it went through.
/// </summary>
internal sealed class InterceptedResponsePolicy : HttpPipelinePolicy
{
    private const string Through = "Cochin.Through";
    private const int ServerError = 500;

    // The service sends both with every answer, an error too.
    // https://learn.microsoft.com/rest/api/storageservices/common-rest-api-response-headers
    private static readonly string[] OfStorage = ["x-ms-request-id", "x-ms-version"];

    /// <summary>" through the proxy http://HOST:PORT" if a request failed behind one; else empty.</summary>
    public static string ProxyOf(Exception exception) => exception.Data[Through] as string ?? "";

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception e) when (NoteProxy(e, message))
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
        catch (Exception e) when (NoteProxy(e, message))
        {
            throw;
        }

        Check(message);
    }

    private static void Check(HttpMessage message)
    {
        var answer = message.Response;
        if (Array.Exists(OfStorage, answer.Headers.Contains))
        {
            return;
        }

        // Of an overloaded service the part that fails may be one before the storage itself; all that a 5xx means is "try again".
        var type = answer.Headers.ContentType;
        if (answer.Status < ServerError || type?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true)
        {
            throw new InterceptedResponseException(answer.Status, type, LoopbackBypass.DescribeProxy(message.Request.Uri.ToUri()));
        }
    }

    private static bool NoteProxy(Exception exception, HttpMessage message)
    {
        exception.Data[Through] = LoopbackBypass.DescribeProxy(message.Request.Uri.ToUri());
        return false;
    }
}

/// <summary>
/// Something in between answered instead of the storage. To the clients a kind of broken connection: they try again.
/// </summary>
internal sealed class InterceptedResponseException(int status, string? contentType, string through)
    : IOException($"{(ResponseText.IsHtml(contentType?.Split(';')[0]) ? "a web page" : "something else")} answered instead of the storage{through} ({status})");
