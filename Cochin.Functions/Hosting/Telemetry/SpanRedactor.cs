using System.Diagnostics;
using Cochin.Functions.Storage;
using OpenTelemetry;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Removes secrets from spans: the query of a URL, which may contain a signature; the path of a URL, except the storage's, as the path of a webhook
/// is its key; and the secrets of the settings.
/// </summary>
internal sealed class SpanRedactor(SecretRedactor redactor, CochinStorage storage) : BaseProcessor<Activity>
{
    private const string UrlAttribute = "url.full";

    private readonly string[] storageHosts = [storage.Backups.Uri.Authority, storage.Jobs.Uri.Authority];

    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem(UrlAttribute) is string url)
        {
            data.SetTag(UrlAttribute, RedactUrl(url));
        }

        foreach (var (key, value) in data.TagObjects)
        {
            if (value is string text && redactor.ContainsSecret(text))
            {
                data.SetTag(key, redactor.Redact(text));
            }
        }

        if (data.StatusDescription is { } description && redactor.ContainsSecret(description))
        {
            data.SetStatus(data.Status, redactor.Redact(description));
        }
    }

    private string RedactUrl(string url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var address) ? "***"
        : $"{address.Scheme}://{address.Authority}{(storageHosts.Contains(address.Authority) ? address.AbsolutePath : "/")}";
}
