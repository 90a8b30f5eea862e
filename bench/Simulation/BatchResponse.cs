using System.Net;
using System.Text;

namespace Cochin.Bench.Simulation;

/// <summary>Answers a batch of deletes.</summary>
internal static class BatchResponse
{
    private const string Boundary = "batchresponse_00000000-0000-0000-0000-000000000000";
    private const string Accepted = "HTTP/1.1 202 Accepted\r\nx-ms-delete-type-permanent: true\r\n";
    private const string Changed = "HTTP/1.1 412 The condition is not met.\r\nx-ms-error-code: ConditionNotMet\r\n";
    private const string NotFound = "HTTP/1.1 404 The specified blob does not exist.\r\nx-ms-error-code: BlobNotFound\r\n";

    private static ReadOnlySpan<byte> Part => "\nDELETE "u8;

    /// <param name="deleted">Records what is deleted; null if nothing is remembered.</param>
    public static async Task<HttpResponseMessage> WriteAsync(
        HttpContent request,
        DeletedBlobs? deleted,
        TimeSpan latencyOfPart,
        CancellationToken cancellationToken)
    {
        var batch = await request.ReadAsByteArrayAsync(cancellationToken);
        var parts = batch.AsSpan().Count(Part);
        if (latencyOfPart > TimeSpan.Zero)
        {
            await Task.Delay(latencyOfPart * parts, cancellationToken);
        }

        var statuses = deleted is null ? Enumerable.Repeat(Accepted, parts) : Deletes(batch).Select(one => deleted.Delete(one.Name, one.IfMatch) switch
        {
            DeletedBlobs.Verdict.Deleted => Accepted,
            DeletedBlobs.Verdict.Changed => Changed,
            _ => NotFound,
        });
        var body = new StringBuilder(parts * 300);
        foreach (var (part, status) in statuses.Index())
        {
            body.Append("--" + Boundary + "\r\nContent-Type: application/http\r\nContent-ID: ").Append(part).Append("\r\n\r\n").Append(status)
                .Append("x-ms-request-id: 00000000-0000-0000-0000-000000000000\r\nx-ms-version: 2025-11-05\r\nServer: Windows-Azure-Blob/1.0\r\n\r\n");
        }

        body.Append("--" + Boundary + "--\r\n");
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body.ToString()));
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/mixed; boundary=" + Boundary);
        return new HttpResponseMessage(HttpStatusCode.Accepted) { Content = content };
    }

    /// <summary>The deletes of the parts: <c>DELETE /account/container/name?… HTTP/1.1</c>, then headers until an empty line.</summary>
    private static IEnumerable<(string Name, string? IfMatch)> Deletes(byte[] batch)
    {
        (string Name, string? IfMatch)? current = null;
        foreach (var line in Encoding.ASCII.GetString(batch).Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("DELETE /", StringComparison.Ordinal))
            {
                current = (Uri.UnescapeDataString(line.Split(' ')[1].Split('?')[0].Split('/', 4)[3]), null);
            }
            else if (current is { } one && line.StartsWith("If-Match:", StringComparison.OrdinalIgnoreCase))
            {
                current = one with { IfMatch = line["If-Match:".Length..].Trim() };
            }
            else if (current is { } whole && line.Length == 0)
            {
                yield return whole;
                current = null;
            }
        }
    }
}
