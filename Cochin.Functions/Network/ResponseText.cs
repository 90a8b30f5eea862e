using System.Text;

namespace Cochin.Functions.Network;

/// <summary>Reads and describes unexpected response bodies for error messages.</summary>
internal static class ResponseText
{
    private const int MaxQuoteLength = 60;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public static bool IsHtml(string? mediaType) => string.Equals(mediaType, "text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Describes a response for an error message: "a web page", "an empty response", "the text '…'" or "a response of type …".</summary>
    public static string Describe(string? mediaType, string body) => body.Trim() switch
    {
        _ when IsHtml(mediaType) => "a web page",
        "" => "an empty response",
        var text when mediaType is null or "text/plain" => $"the text '{SingleLine(text)}'",
        _ => $"a response of type {mediaType}",
    };

    /// <summary>Returns the beginning of a body as text. If the body is truncated or times out, returns what was received.</summary>
    public static async Task<string> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var bytes = new byte[maxBytes];
        var count = 0;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            var stream = await content.ReadAsStreamAsync(timeout.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                count = await stream.ReadAtLeastAsync(bytes, maxBytes, throwOnEndOfStream: false, timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static string SingleLine(string text)
    {
        var line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= MaxQuoteLength ? line : line[..MaxQuoteLength] + "…";
    }
}
