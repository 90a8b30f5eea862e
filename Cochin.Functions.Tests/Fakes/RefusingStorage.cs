namespace Cochin.Functions.Tests.Fakes;

/// <summary>A storage account that lets nobody do anything, in the words of the real service.</summary>
internal sealed class RefusingStorage(string code) : IAsyncDisposable
{
    private const string Message = "This request is not authorized to perform this operation using this permission.";

    private readonly HttpStub server = new((request, response) =>
    {
        response.StatusCode = 403;
        response.Headers["x-ms-version"] = request.Headers["x-ms-version"];
        if (request.Url!.AbsolutePath.StartsWith("/blob", StringComparison.Ordinal))
        {
            response.ContentType = "application/xml";
            response.Headers["x-ms-error-code"] = code;
            return $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{Message}</Message></Error>";
        }

        response.ContentType = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";
        return $$$$"""{"odata.error":{"code":"{{{{code}}}}","message":{"lang":"en-US","value":"{{{{Message}}}}"}}}""";
    });

    public string ConnectionString =>
        "DefaultEndpointsProtocol=http;AccountName=blobaccount;AccountKey=c2VjcmV0LXNlY3JldC1zZWNyZXQ=;"
        + $"BlobEndpoint={server.Url}/blobaccount;TableEndpoint={server.Url}/tableaccount;";

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
