using System.Text.Json.Serialization;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>A message as Discord's webhooks take it.</summary>
/// <remarks>https://discord.com/developers/docs/resources/webhook#execute-webhook</remarks>
internal sealed record DiscordMessage(IReadOnlyList<DiscordEmbed> Embeds)
{
    /// <summary>No mention in a text pings anyone.</summary>
    public AllowedMentions AllowedMentions { get; } = new([]);
}

/// <summary>Which mentions in a message ping people.</summary>
internal sealed record AllowedMentions(IReadOnlyList<string> Parse);

/// <summary>A coloured card in a message.</summary>
internal sealed record DiscordEmbed(string Title, string Description, int Color, IReadOnlyList<DiscordField> Fields, DiscordFooter Footer);

internal sealed record DiscordField(string Name, string Value, bool Inline);

internal sealed record DiscordFooter(string Text);

/// <summary>The body of an answer 429.</summary>
/// <param name="RetryAfter">Seconds.</param>
internal sealed record RateLimitAnswer(double? RetryAfter);

/// <summary>The JSON of Discord's webhooks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiscordMessage))]
[JsonSerializable(typeof(RateLimitAnswer))]
internal sealed partial class DiscordJson : JsonSerializerContext;
