using System.Text;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>The webhook and the limits of a delivery. The address contains a secret and is never printed.</summary>
internal sealed partial record DiscordSettings : MessageSettings
{
    /// <summary>The environment variable with the address of the webhook.</summary>
    public const string WebhookSetting = "Cochin__Discord__WebhookUrl";

    /// <summary>Null if no webhook is set. Nothing is sent then.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>The timeout of one attempt.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>The maximum number of attempts, including the first.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>Accept addresses on other hosts and plain HTTP, for tests and relays.</summary>
    public bool AllowAnyHost { get; init; }

    /// <summary>Whether the webhook is on a host of Discord and not on a relay.</summary>
    public bool IsDiscordHost => WebhookUrl is { } address && DiscordHost().IsMatch(address.Host);

    /// <summary>Returns why an address is not a valid webhook, without repeating the address; null if it is valid.</summary>
    public static string? WebhookProblem(string url, bool allowAnyHost)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            return "It is not a web address.";
        }

        if (allowAnyHost)
        {
            return null;
        }

        return address.Scheme == Uri.UriSchemeHttps && DiscordHost().IsMatch(address.Host) && WebhookPath().IsMatch(address.AbsolutePath)
            ? null
            : "It is not the address of a Discord webhook.";
    }

    // Records print their members. The address is secret.
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(WebhookUrl is null ? "no webhook" : "a webhook");
        return true;
    }

    [GeneratedRegex(@"^(?:(?:ptb|canary)\.)?(?:discord|discordapp)\.com$", RegexOptions.IgnoreCase)]
    private static partial Regex DiscordHost();

    [GeneratedRegex(@"^/api(?:/v\d+)?/webhooks/\d+/[\w-]+/?$")]
    private static partial Regex WebhookPath();
}
