using System.Diagnostics;
using Cochin.Functions.Storage;
using OpenTelemetry;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>
/// Takes from spans what must not leave: of an address the query, which may sign a storage call, and the path too unless it is the
/// storage's, as a webhook's path is its key; and whatever else is a secret by the settings.
/// </summary>
internal sealed class SecretsOfSpans(Secrets secrets, CochinStorage storage) : BaseProcessor<Activity>
{
    private const string Url = "url.full";

    private readonly string[] storageHosts = [storage.Backups.Uri.Authority, storage.Jobs.Uri.Authority];

    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem(Url) is string url)
        {
            data.SetTag(Url, Cut(url));
        }

        foreach (var (key, value) in data.TagObjects)
        {
            if (value is string text && secrets.AreIn(text))
            {
                data.SetTag(key, secrets.Cut(text));
            }
        }

        if (data.StatusDescription is { } description && secrets.AreIn(description))
        {
            data.SetStatus(data.Status, secrets.Cut(description));
        }
    }

    private string Cut(string url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var address) ? "***"
        : $"{address.Scheme}://{address.Authority}{(storageHosts.Contains(address.Authority) ? address.AbsolutePath : "/")}";
}
