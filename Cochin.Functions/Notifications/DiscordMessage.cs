namespace Cochin.Functions.Notifications;

/// <summary>A message as Discord's webhooks take it.</summary>
/// <remarks>https://discord.com/developers/docs/resources/webhook#execute-webhook</remarks>
internal sealed record DiscordMessage(IReadOnlyList<DiscordEmbed> Embeds)
{
    /// <summary>How many embeds a message may have.</summary>
    public const int MaxEmbeds = 10;

    /// <summary>How many characters all embeds of a message may have together.</summary>
    public const int MaxCharacters = 6_000;

    /// <summary>Nobody is pinged, whatever a text says.</summary>
    public AllowedMentions AllowedMentions { get; } = new([]);
}
