using System.Globalization;

namespace Cochin.Bench.Stub;

/// <summary>The blobs of all containers but <c>backups</c>, as far as the program uses them: whole and append blobs, leases, conditions.</summary>
internal sealed class StubFiles(TimeProvider time)
{
    private const string MetadataPrefix = "x-ms-meta-";

    private readonly Dictionary<string, StubFile> files = new(StringComparer.Ordinal);
    private readonly Lock guard = new();
    private long versions;

    public StubAnswer Answer(StubRequest request)
    {
        lock (guard)
        {
            var file = files.GetValueOrDefault(request.Path);
            return Refusal(request, file) ?? (request.Method, request.Option("comp")) switch
            {
                ("PUT", null) => Put(request, file),
                (_, _) when file is null => StubAnswer.Error(404, "BlobNotFound"),
                ("PUT", "appendblock") => Append(request, file),
                ("PUT", "lease") => Lease(request, file),
                ("PUT", "metadata") => SetMetadata(request, file),
                ("GET" or "HEAD", null) => Get(request, file),
                ("DELETE", null) => Delete(request),
                _ => StubAnswer.Error(501, "NotImplemented"),
            };
        }
    }

    private StubAnswer? Refusal(StubRequest request, StubFile? file)
    {
        if (request.Header("If-None-Match") == "*" && file is not null)
        {
            return StubAnswer.Error(409, "BlobAlreadyExists");
        }

        if (request.Header("If-Match") is { } match && match != "*" && file?.ETag.Trim('"') != match.Trim('"'))
        {
            return StubAnswer.Error(412, "ConditionNotMet");
        }

        var writes = request.Method is "PUT" or "DELETE" && request.Option("comp") != "lease";
        return writes && file is not null && file.IsLeased(time.GetUtcNow()) && request.Header("x-ms-lease-id") != file.Lease
            ? StubAnswer.Error(412, "LeaseIdMissing")
            : null;
    }

    private StubAnswer Put(StubRequest request, StubFile? before)
    {
        var file = new StubFile(request.Header("x-ms-blob-type") ?? "BlockBlob") { Content = request.Body, Metadata = Metadata(request), Lease = before?.Lease, LeaseEnd = before?.LeaseEnd ?? default };
        files[request.Path] = file;
        return Written(file, 201);
    }

    private StubAnswer Append(StubRequest request, StubFile file)
    {
        var offset = file.Content.Length;
        file.Content = [.. file.Content, .. request.Body];
        file.Blocks++;
        return Written(file, 201, ("x-ms-blob-append-offset", Text(offset)), ("x-ms-blob-committed-block-count", Text(file.Blocks)));
    }

    private StubAnswer SetMetadata(StubRequest request, StubFile file)
    {
        file.Metadata = Metadata(request);
        return Written(file, 200);
    }

    private StubAnswer Delete(StubRequest request)
    {
        files.Remove(request.Path);
        return StubAnswer.Empty(202);
    }

    private StubAnswer Lease(StubRequest request, StubFile file)
    {
        var now = time.GetUtcNow();
        switch (request.Header("x-ms-lease-action"))
        {
            case "acquire" when file.IsLeased(now) && file.Lease != request.Header("x-ms-proposed-lease-id"):
                return StubAnswer.Error(409, "LeaseAlreadyPresent");
            case "acquire":
                file.Lease = request.Header("x-ms-proposed-lease-id") ?? Guid.NewGuid().ToString();
                file.LeaseEnd = now + Duration(request);
                return Written(file, 201, ("x-ms-lease-id", file.Lease));
            case "break":
                file.Lease = null;
                return Written(file, 202, ("x-ms-lease-time", "0"));
            case var action when request.Header("x-ms-lease-id") != file.Lease:
                return StubAnswer.Error(409, action == "renew" ? "LeaseIdMismatchWithLeaseOperation" : "LeaseNotPresentWithLeaseOperation");
            case "renew":
                file.LeaseEnd = now + TimeSpan.FromSeconds(60);
                return Written(file, 200, ("x-ms-lease-id", file.Lease!));
            default:
                file.Lease = null;
                return Written(file, 200);
        }
    }

    private StubAnswer Get(StubRequest request, StubFile file)
    {
        var isLeased = file.IsLeased(time.GetUtcNow());
        List<(string, string)> headers =
        [
            ("ETag", file.ETag), ("Last-Modified", file.Modified.ToString("R", CultureInfo.InvariantCulture)), ("Content-Type", "application/octet-stream"), ("Accept-Ranges", "bytes"),
            ("x-ms-blob-type", file.Type), ("x-ms-creation-time", file.Modified.ToString("R", CultureInfo.InvariantCulture)),
            ("x-ms-lease-status", isLeased ? "locked" : "unlocked"), ("x-ms-lease-state", isLeased ? "leased" : "available"),
            .. file.Type == "AppendBlob" ? new[] { ("x-ms-blob-committed-block-count", Text(file.Blocks)) } : [],
            .. file.Metadata.Select(pair => (MetadataPrefix + pair.Key, pair.Value)),
        ];
        if (request.Method == "HEAD")
        {
            return new StubAnswer(200, [.. headers, ("Content-Length", Text(file.Content.Length))], []);
        }

        if ((request.Header("x-ms-range") ?? request.Header("Range")) is not { } range)
        {
            return new StubAnswer(200, headers, file.Content);
        }

        var ends = range["bytes=".Length..].Split('-');
        var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        if (first >= file.Content.Length)
        {
            return StubAnswer.Error(416, "InvalidRange");
        }

        var last = ends[1].Length == 0 ? file.Content.Length - 1 : (int)Math.Min(long.Parse(ends[1], CultureInfo.InvariantCulture), file.Content.Length - 1);
        return new StubAnswer(206, [.. headers, ("Content-Range", $"bytes {first}-{last}/{file.Content.Length}")], file.Content[first..(last + 1)]);
    }

    private StubAnswer Written(StubFile file, int status, params (string, string)[] headers)
    {
        // A lease changes no version.
        if (status != 202 && !headers.Any(header => header.Item1 == "x-ms-lease-id"))
        {
            file.Version = ++versions;
            file.Modified = time.GetUtcNow();
        }

        return StubAnswer.Empty(status, [("ETag", file.ETag), ("Last-Modified", file.Modified.ToString("R", CultureInfo.InvariantCulture)), ("x-ms-request-server-encrypted", "true"), .. headers]);
    }

    private static TimeSpan Duration(StubRequest request) =>
        request.Header("x-ms-lease-duration") is { } seconds and not "-1" ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) : TimeSpan.FromDays(1);

    private static Dictionary<string, string> Metadata(StubRequest request) => request.Headers
        .Where(header => header.Key.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
        .ToDictionary(header => header.Key[MetadataPrefix.Length..], header => header.Value);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
