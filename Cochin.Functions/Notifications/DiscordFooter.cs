namespace Cochin.Functions.Notifications;

/// <summary>The small print of a card.</summary>
internal sealed record DiscordFooter
{
    public required string Text { get; init => field = DiscordText.Cut(value, 500); }
}
