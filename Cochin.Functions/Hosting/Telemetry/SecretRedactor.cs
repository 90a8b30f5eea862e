using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Removes the secrets of the settings from texts: account keys, signatures, and URLs that are secrets, such as the webhook's. The program itself
/// never logs them, but exceptions of libraries may contain them.
/// </summary>
internal sealed class SecretRedactor
{
    private const string Replacement = "***";

    // Shorter values are not secrets and would match ordinary words.
    private const int MinLength = 8;
    private const int MinSegmentLength = 16;

    private static readonly string[] Fields = ["AccountKey=", "sig="];

    private static readonly string[] SecretSettings = ["Cochin:Backups:DjangoSecretKey"];

    private readonly string[] secrets;

    public SecretRedactor(IConfiguration configuration) => secrets =
    [
        .. Values(configuration, "CochinStorage").Concat(Values(configuration, "AzureWebJobsStorage")).SelectMany(FieldSecrets)
            .Concat(Values(configuration, "Cochin").SelectMany(UrlSecrets))
            .Concat(SecretSettings.Select(key => configuration[key]).OfType<string>().Select(secret => secret.Trim()))
            .SelectMany(secret => new[] { secret, Uri.UnescapeDataString(secret), Uri.EscapeDataString(secret) })
            .Where(secret => secret.Length >= MinLength)
            .Distinct()
            .OrderByDescending(secret => secret.Length),
    ];

    /// <summary>Whether a text contains a secret.</summary>
    public bool ContainsSecret(string text) => Array.Exists(secrets, secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>Returns the text with each secret replaced by <c>***</c>.</summary>
    public string Redact(string text) =>
        ContainsSecret(text) ? secrets.Aggregate(text, (rest, secret) => rest.Replace(secret, Replacement, StringComparison.Ordinal)) : text;

    private static IEnumerable<string> Values(IConfiguration configuration, string section) =>
        configuration.GetSection(section).AsEnumerable().Select(setting => setting.Value).OfType<string>();

    private static IEnumerable<string> FieldSecrets(string value) =>
        from field in Fields
        let at = value.IndexOf(field, StringComparison.OrdinalIgnoreCase)
        where at >= 0
        select value[(at + field.Length)..].Split(';', '&')[0];

    // The path of a URL may be a secret, as with webhooks.
    private static IEnumerable<string> UrlSecrets(string value) =>
        !Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") ? []
        :
        [
            address.UserInfo, address.PathAndQuery, address.AbsolutePath,
            .. address.Segments.Select(segment => segment.TrimEnd('/')).Where(segment => segment.Length >= MinSegmentLength),
        ];
}
