using System.Text;

namespace Cochin.Functions.Network;

/// <summary>The beginning of an answer's body, and what kind of answer it is.</summary>
internal static class ResponseText
{
    private const int LongestQuote = 60;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static bool IsHtml(string? mediaType) => string.Equals(mediaType, "text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>What came, for an error message: "a web page", "an empty answer", "the text '…'" or "an answer of type …".</summary>
    public static string Describe(string? mediaType, string body) => body.Trim() switch
    {
        _ when IsHtml(mediaType) => "a web page",
        "" => "an empty answer",
        var text when mediaType is null or "text/plain" => $"the text '{Line(text)}'",
        _ => $"an answer of type {mediaType}",
    };

    /// <summary>The first bytes of a body as text. A body that breaks off or does not come is as long as what came: the status is known by then.</summary>
    public static async Task<string> ReadAsync(HttpContent content, int mostBytes, CancellationToken cancellationToken)
    {
        var bytes = new byte[mostBytes];
        var count = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var stream = await content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                count = await stream.ReadAtLeastAsync(bytes, mostBytes, throwOnEndOfStream: false, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static string Line(string text)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= LongestQuote ? line : line[..LongestQuote] + "…";
    }
}
