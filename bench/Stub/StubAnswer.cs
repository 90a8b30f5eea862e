using System.Text;

namespace Cochin.Bench.Stub;

/// <summary>What is answered. Date, request id and length are added when it is sent.</summary>
internal sealed record StubAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public static StubAnswer Empty(int status, params (string Name, string Value)[] headers) => new(status, headers, []);

    public static StubAnswer Text(int status, string type, string body, params (string Name, string Value)[] headers) =>
        new(status, [("Content-Type", type), .. headers], Encoding.UTF8.GetBytes(body));

    /// <summary>An error of the blob service.</summary>
    public static StubAnswer Error(int status, string code) =>
        Text(status, "application/xml", $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>", ("x-ms-error-code", code));

    public byte[] ToBytes(string date, bool withBody)
    {
        var head = new StringBuilder(256).Append("HTTP/1.1 ").Append(Status).Append(" -\r\nServer: Cochin-Stub\r\nDate: ").Append(date)
            .Append("\r\nx-ms-version: 2025-11-05\r\nx-ms-request-id: ").Append(Guid.NewGuid()).Append("\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        // Where nothing may follow the head, a length would be taken for a body's (RFC 9110, 8.6).
        if (Status != 204 && (withBody || !Headers.Any(header => header.Name == "Content-Length")))
        {
            head.Append("Content-Length: ").Append(Body.Length).Append("\r\n");
        }

        var bytes = Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
        return withBody && Body.Length > 0 ? [.. bytes, .. Body] : bytes;
    }
}
