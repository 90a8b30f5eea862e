using System.Globalization;
using System.Text;

namespace Cochin.Functions.Tests.Proof.Proxy;

/// <summary>An HTTP/1.1 message as it goes over the wire, byte for byte.</summary>
/// <param name="Head">Start line and headers, with the blank line that ends them.</param>
/// <param name="Body">As sent, with the framing of its chunks if it comes in chunks.</param>
internal sealed record WireMessage(string Head, byte[] Body)
{
    private const string NewLine = "\r\n";

    public static Encoding Encoding => Encoding.Latin1;

    public string StartLine => Head[..Head.IndexOf(NewLine, StringComparison.Ordinal)];

    /// <summary>Of an answer.</summary>
    public int Status => int.Parse(StartLine.Split(' ')[1], CultureInfo.InvariantCulture);

    public bool IsChunked => Header("Transfer-Encoding") is { } coding && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase);

    public byte[] ToBytes() => [.. Encoding.GetBytes(Head), .. Body];

    public string? Header(string name) => Head.Split(NewLine)
        .Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    public WireMessage Without(string name) =>
        this with
        {
            Head = string.Join(
                NewLine,
                Head.Split(NewLine).Where((line, index) => index == 0 || !line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))),
        };

    public WireMessage With(string name, string value)
    {
        var without = Without(name).Head;
        return this with { Head = $"{without[..^NewLine.Length]}{name}: {value}{NewLine}{NewLine}" };
    }

    /// <summary>The same answer with another content, told by its length.</summary>
    public WireMessage WithContent(byte[] content) =>
        (Without("Transfer-Encoding") with { Body = content }).With("Content-Length", content.Length.ToString(CultureInfo.InvariantCulture));

    /// <summary>The content without the framing of chunks.</summary>
    public byte[] Content()
    {
        if (!IsChunked)
        {
            return Body;
        }

        var content = new List<byte>();
        var rest = Body.AsSpan();
        while (true)
        {
            var end = rest.IndexOf("\r\n"u8);
            var size = int.Parse(Encoding.ASCII.GetString(rest[..end]).Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                return [.. content];
            }

            content.AddRange(rest.Slice(end + 2, size));
            rest = rest[(end + 2 + size + 2)..];
        }
    }

    /// <summary>An answer of our own.</summary>
    public static WireMessage Answer(int status, string contentType, string content, params (string Name, string Value)[] headers)
    {
        var body = Encoding.UTF8.GetBytes(content);
        string[] fixedLines =
        [
            $"HTTP/1.1 {status} Scripted",
            $"Content-Type: {contentType}",
            $"Content-Length: {body.Length}",
            $"Date: {TimeProvider.System.GetUtcNow():R}",
        ];
        var lines = fixedLines
            .Concat(headers.Select(header => $"{header.Name}: {header.Value}"));
        return new WireMessage(string.Join(NewLine, lines) + NewLine + NewLine, body);
    }
}
