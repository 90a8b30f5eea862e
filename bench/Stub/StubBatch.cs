using System.Text;

namespace Cochin.Bench.Stub;

/// <summary>Blob Batch: many deletes in one request. https://learn.microsoft.com/rest/api/storageservices/blob-batch</summary>
internal static class StubBatch
{
    private const string Boundary = "batchresponse_66925647-d0cb-4109-b6d3-28efe3e1e5ed";

    public static StubAnswer Answer(IReadOnlyList<StubRequest> parts, Func<StubRequest, StubAnswer> answer)
    {
        var text = new StringBuilder(parts.Count * 256);
        foreach (var part in parts)
        {
            var one = answer(part);
            text.Append("--").Append(Boundary).Append("\r\nContent-Type: application/http\r\nContent-ID: ").Append(part.Header("Content-ID")).Append("\r\n\r\nHTTP/1.1 ")
                .Append(one.Status).Append(one.Status == 202 ? " Accepted" : " -").Append("\r\nx-ms-request-id: ").Append(Guid.NewGuid()).Append("\r\nx-ms-version: 2025-11-05\r\n");
            foreach (var (name, value) in one.Headers)
            {
                text.Append(name).Append(": ").Append(value).Append("\r\n");
            }

            text.Append("\r\n").Append(Encoding.UTF8.GetString(one.Body)).Append(one.Body.Length > 0 ? "\r\n" : "");
        }

        return StubAnswer.Text(202, $"multipart/mixed; boundary={Boundary}", text.Append("--").Append(Boundary).Append("--\r\n").ToString());
    }

    public static IReadOnlyList<StubRequest> Read(StubRequest batch)
    {
        var type = batch.Header("Content-Type")!;
        var boundary = "--" + type[(type.IndexOf("boundary=", StringComparison.Ordinal) + 9)..].Trim('"');
        var parts = new List<StubRequest>();
        foreach (var part in Encoding.UTF8.GetString(batch.Body).Split(boundary).Skip(1))
        {
            if (part.StartsWith("--", StringComparison.Ordinal))
            {
                break;
            }

            // Headers of the part, the request line, headers of the request; the first and the second are parted by an empty line.
            var lines = part.Split('\n', StringSplitOptions.TrimEntries);
            var request = Array.FindIndex(lines, line => line.EndsWith(" HTTP/1.1", StringComparison.Ordinal));
            var line = lines[request].Split(' ');
            lines[request] = "";
            parts.Add(StubRequest.Of(line[0], line[1], StubConnection.Headers(lines), []));
        }

        return parts;
    }
}
