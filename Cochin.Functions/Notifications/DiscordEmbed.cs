namespace Cochin.Functions.Notifications;

/// <summary>A coloured card in a message. Texts are cut at Discord's limits when they are set.</summary>
/// <remarks>https://discord.com/developers/docs/resources/message#embed-object-embed-limits</remarks>
internal sealed record DiscordEmbed
{
    public required string Title { get; init => field = DiscordText.Cut(value, 256); }

    public required string Description { get; init => field = DiscordText.Cut(value, 2_000); }

    public required int Color { get; init; }

    public IReadOnlyList<DiscordField> Fields { get; init; } = [];

    public DiscordFooter? Footer { get; init; }

    /// <summary>What counts towards a message's limit.</summary>
    internal int CountCharacters() =>
        Title.Length + Description.Length + (Footer?.Text.Length ?? 0) + Fields.Sum(field => field.Name.Length + field.Value.Length);
}
