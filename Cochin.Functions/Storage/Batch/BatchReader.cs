using System.Globalization;

namespace Cochin.Functions.Storage.Batch;

/// <summary>Parses the response to a batch.</summary>
internal static class BatchReader
{
    /// <param name="contentType">The content type of the response, which contains the boundary.</param>
    /// <param name="count">The number of parts sent.</param>
    public static BatchResponse Read(string body, string? contentType, int count)
    {
        var parts = new PartResponse[count];
        var hasResponse = new bool[count];
        PartResponse? batchError = null;
        foreach (var part in Split(body, Boundary(contentType)))
        {
            var (number, response) = Parse(body.AsSpan(part));
            if (number is null)
            {
                batchError = response;
            }
            else if (number >= 0 && number < count)
            {
                // Two responses to the same part are ambiguous and ignored.
                parts[number.Value] = hasResponse[number.Value] ? default : response;
                hasResponse[number.Value] = true;
            }
        }

        // If the service rejects the batch as a whole, it sends one response without a Content-ID.
        return batchError is { } whole && !Array.Exists(hasResponse, isPresent => isPresent)
            ? new BatchResponse(whole, [])
            : new BatchResponse(new PartResponse(PartResponse.Accepted), parts);
    }

    private static string? Boundary(string? contentType)
    {
        const string Name = "boundary=";
        var start = contentType?.IndexOf(Name, StringComparison.OrdinalIgnoreCase) ?? -1;
        return start < 0 ? null : contentType![(start + Name.Length)..].Split(';')[0].Trim().Trim('"');
    }

    /// <summary>Returns the text between two boundary lines. Text that is not followed by a boundary may be truncated and is ignored.</summary>
    private static IEnumerable<Range> Split(string body, string? boundary)
    {
        if (string.IsNullOrEmpty(boundary))
        {
            yield break;
        }

        var line = "--" + boundary;
        var start = -1;
        for (var at = body.IndexOf(line, StringComparison.Ordinal); at >= 0; at = body.IndexOf(line, at + line.Length, StringComparison.Ordinal))
        {
            if (start >= 0)
            {
                yield return start..at;
            }

            start = at + line.Length;
        }
    }

    private static (int? Number, PartResponse Response) Parse(ReadOnlySpan<char> part)
    {
        int? number = null;
        var status = 0;
        string? errorCode = null;
        TimeSpan? retryAfter = null;
        foreach (var line in part.EnumerateLines())
        {
            if (status == 0)
            {
                if (Value(line, "Content-ID") is { Length: > 0 } id)
                {
                    number = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? known : -1;
                }
                else if (line.StartsWith("HTTP/", StringComparison.Ordinal))
                {
                    status = Status(line);
                }
            }
            else if (line.IsEmpty)
            {
                break; // The body is not needed.
            }
            else if (Value(line, "x-ms-error-code") is { Length: > 0 } code)
            {
                errorCode = code.ToString();
            }
            else if (int.TryParse(Value(line, "Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                retryAfter = TimeSpan.FromSeconds(seconds);
            }
        }

        return (number, new PartResponse(status, errorCode, retryAfter));
    }

    /// <summary>Returns the 202 of <c>HTTP/1.1 202 Accepted</c>.</summary>
    private static int Status(ReadOnlySpan<char> line)
    {
        var rest = line[(line.IndexOf(' ') + 1)..];
        var end = rest.IndexOf(' ');
        return int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;
    }

    private static ReadOnlySpan<char> Value(ReadOnlySpan<char> line, string header) =>
        line.Length > header.Length && line[header.Length] == ':' && line.StartsWith(header, StringComparison.OrdinalIgnoreCase)
            ? line[(header.Length + 1)..].Trim()
            : [];
}
