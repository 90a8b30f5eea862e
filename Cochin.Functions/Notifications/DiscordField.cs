namespace Cochin.Functions.Notifications;

/// <summary>A labelled value in a card.</summary>
internal sealed record DiscordField
{
    public required string Name { get; init => field = DiscordText.Cut(value, 256); }

    public required string Value { get; init => field = DiscordText.Cut(value, 500); }

    public bool Inline { get; init; } = true;
}
