namespace Cochin.Bench.Stub;

/// <summary>The blob service: temporary blobs in <c>backups</c>, files elsewhere.</summary>
internal sealed class StubBlobService(TimeProvider time, StubTraffic traffic)
{
    private StubTempBlobs blobs = new(0, default);
    private StubFiles files = new(time);

    public int Left => blobs.Left;

    /// <summary>Forgets everything and has that many old blobs.</summary>
    public void Fill(int count, TimeSpan age)
    {
        blobs = new StubTempBlobs(count, time.GetUtcNow() - age);
        files = new StubFiles(time);
    }

    public async ValueTask<StubAnswer> AnswerAsync(StubRequest request)
    {
        var parts = request.Option("comp") == "batch" ? StubBatch.Read(request) : [];
        await traffic.PassAsync(Kind(request), parts.Count);
        return request.Option("comp") == "batch" ? StubBatch.Answer(parts, Delete) : Answer(request);
    }

    private StubAnswer Answer(StubRequest request)
    {
        var slash = request.Path.IndexOf('/');
        var isBackups = (slash < 0 ? request.Path : request.Path[..slash]) == CleanUp.TempBlobs.Container;
        if (slash < 0)
        {
            return OfContainer(request, isBackups);
        }

        return !isBackups ? files.Answer(request)
            : request.Method == "DELETE" ? Delete(request)
            : StubAnswer.Error(501, "NotImplemented");
    }

    private StubAnswer OfContainer(StubRequest request, bool isBackups) => (request.Method, request.Option("comp")) switch
    {
        ("GET", "list") when isBackups => StubListing.Page(request, blobs),
        ("GET", "list") => StubListing.Page(request, new StubTempBlobs(0, default)),
        ("PUT", null) => StubAnswer.Error(409, "ContainerAlreadyExists"),
        ("GET" or "HEAD", null) => StubAnswer.Empty(200, ("ETag", "\"0x1\""), ("Last-Modified", "Mon, 01 Jan 2026 00:00:00 GMT")),
        _ => StubAnswer.Error(501, "NotImplemented"),
    };

    private StubAnswer Delete(StubRequest request) =>
        blobs.Delete(request.Path[(CleanUp.TempBlobs.Container.Length + 1)..], request.Header("If-Match")) switch
        {
            202 => StubAnswer.Empty(202, ("x-ms-delete-type-permanent", "true")),
            404 => StubAnswer.Error(404, "BlobNotFound"),
            var status => StubAnswer.Error(status, "ConditionNotMet"),
        };

    private static string Kind(StubRequest request) => (request.Method, request.Option("comp")) switch
    {
        (_, "list") => "List Blobs",
        (_, "batch") => "Blob Batch",
        (_, "lease") => "Lease Blob",
        (_, "appendblock") => "Append Block",
        ("DELETE", _) => "Delete Blob",
        ("PUT", _) => "Put",
        _ => "Get",
    };
}
