using System.Text;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>Where messages go and how long their delivery may take. The address holds a secret: it is never printed.</summary>
internal sealed partial record DiscordSettings : MessageSettings
{
    /// <summary>The setting of the webhook, as an environment variable.</summary>
    public const string WebhookSetting = "Cochin__Discord__WebhookUrl";

    /// <summary>Null if no webhook is set; then nothing is sent.</summary>
    public Uri? WebhookUrl { get; init; }

    /// <summary>How long one attempt may take.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>How often a message is tried in all.</summary>
    public int MaxAttempts { get; init; } = 4;

    /// <summary>Accept an address that is not Discord's, plain http too: for tests and relays.</summary>
    public bool AllowAnyHost { get; init; }

    /// <summary>Whether the webhook is on a host of Discord's, not on a relay.</summary>
    public bool IsOfDiscord => WebhookUrl is { } address && DiscordHost().IsMatch(address.Host);

    /// <summary>Why an address can't be a webhook, without repeating it; null if it can.</summary>
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

    // A record prints its members; this one must not.
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
