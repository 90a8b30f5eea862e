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
    private const int ShortestSegment = 16;

    private static readonly string[] Fields = ["AccountKey=", "sig="];

    // Settings that are secrets from their first character to their last.
    private static readonly string[] Whole = ["Cochin:Backups:DjangoSecretKey"];

    private readonly string[] values;

    public Secrets(IConfiguration configuration) => values =
    [
        .. Values(configuration, "CochinStorage").Concat(Values(configuration, "AzureWebJobsStorage")).SelectMany(InFields)
            .Concat(Values(configuration, "Cochin").SelectMany(InAddress))
            .Concat(Whole.Select(key => configuration[key]).OfType<string>().Select(secret => secret.Trim()))
            .SelectMany(secret => new[] { secret, Uri.UnescapeDataString(secret), Uri.EscapeDataString(secret) })
            .Where(secret => secret.Length >= Shortest)
            .Distinct()
            .OrderByDescending(secret => secret.Length),
    ];

    /// <summary>Whether a text has a secret in it.</summary>
    public bool AreIn(string text) => Array.Exists(values, secret => text.Contains(secret, StringComparison.Ordinal));

    /// <summary>The text itself, or a copy without its secrets.</summary>
    public string Cut(string text) => AreIn(text) ? values.Aggregate(text, (left, secret) => left.Replace(secret, Mark, StringComparison.Ordinal)) : text;

    private static IEnumerable<string> Values(IConfiguration configuration, string section) =>
        configuration.GetSection(section).AsEnumerable().Select(setting => setting.Value).OfType<string>();

    private static IEnumerable<string> InFields(string value) =>
        from field in Fields
        let at = value.IndexOf(field, StringComparison.OrdinalIgnoreCase)
        where at >= 0
        select value[(at + field.Length)..].Split(';', '&')[0];

    // An address with more than a host in it is a webhook, or something of its kind.
    private static IEnumerable<string> InAddress(string value) =>
        !Uri.TryCreate(value, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") ? []
        : [address.UserInfo, address.PathAndQuery, address.AbsolutePath, .. address.Segments.Select(segment => segment.TrimEnd('/')).Where(segment => segment.Length >= ShortestSegment)];
}
