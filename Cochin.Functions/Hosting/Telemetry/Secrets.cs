using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// The secrets in the program's settings: account keys, signatures, and the addresses that are secrets themselves, such as the
/// webhook's. No text of ours has them in it; this sees to it for what others put into their exceptions.
/// </summary>
internal sealed class Secrets
{
    private const string Mark = "***";

    // A shorter one is no secret, and would be found in innocent words.
    private const int Shortest = 8;

    private static readonly string[] Sections = ["Cochin", "CochinStorage", "AzureWebJobsStorage"];
    private static readonly string[] Fields = ["AccountKey=", "sig="];

    private readonly string[] values;

    public Secrets(IConfiguration configuration) => values =
    [
        .. Sections
            .SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .SelectMany(setting => In(setting.Value ?? ""))
            .SelectMany(secret => new[] { secret, Uri.UnescapeDataString(secret), Uri.EscapeDataString(secret) })
            .Where(secret => secret.Length >= Shortest)
            .Distinct()
            .OrderByDescending(secret => secret.Length),
    ];

    /// <summary>Whether a text has a secret in it.</summary>
    public bool AreIn(string text) => Array.Exists(values, secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>The text itself, or a copy without its secrets.</summary>
    public string Cut(string text) => AreIn(text) ? values.Aggregate(text, (left, secret) => left.Replace(secret, Mark, StringComparison.Ordinal)) : text;

    private static IEnumerable<string> In(string value)
    {
        foreach (var field in Fields)
        {
            var at = value.IndexOf(field, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
            {
                yield return value[(at + field.Length)..].Split(';', '&')[0];
            }
        }

        // An address of ours with more than a host in it is a webhook.
        if (Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            yield return address.PathAndQuery;
            yield return address.AbsolutePath;
            yield return address.Segments[^1].TrimEnd('/');
        }
    }
}
