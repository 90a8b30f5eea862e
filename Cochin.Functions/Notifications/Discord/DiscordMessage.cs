using System.Text.Json.Serialization;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>The body of a webhook request.</summary>
/// <remarks>https://discord.com/developers/docs/resources/webhook#execute-webhook</remarks>
internal sealed record DiscordMessage(IReadOnlyList<DiscordEmbed> Embeds)
{
    /// <summary>No mention in the texts notifies anyone.</summary>
    public AllowedMentions AllowedMentions { get; } = new([]);
}

/// <summary>The types of mentions that notify users.</summary>
internal sealed record AllowedMentions(IReadOnlyList<string> Parse);

/// <summary>A colored card in a message.</summary>
internal sealed record DiscordEmbed(string Title, string Description, int Color, IReadOnlyList<DiscordField> Fields, DiscordFooter Footer);

internal sealed record DiscordField(string Name, string Value, bool Inline);

internal sealed record DiscordFooter(string Text);

/// <summary>The body of a response with status 429.</summary>
/// <param name="RetryAfter">Seconds.</param>
internal sealed record RateLimitResponse(double? RetryAfter);

/// <summary>The JSON of webhook requests and responses.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiscordMessage))]
[JsonSerializable(typeof(RateLimitResponse))]
internal sealed partial class DiscordJson : JsonSerializerContext;
