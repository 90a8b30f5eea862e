using System.Text.Json.Serialization;

namespace Cochin.Functions.Notifications;

/// <summary>The JSON of Discord's webhooks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DiscordMessage))]
[JsonSerializable(typeof(RateLimitAnswer))]
internal sealed partial class DiscordJson : JsonSerializerContext;
