using System.Text.Json;

namespace Cochin.Functions.Local.Demo;

/// <summary>A card as shown in the channel.</summary>
internal sealed record DiscordCard(string Title, string Description, int Color, IReadOnlyList<(string Name, string Value)> Fields, string Footer)
{
    public static DiscordCard Read(JsonElement embed) => new(
        Member(embed, "title"),
        Member(embed, "description"),
        embed.TryGetProperty("color", out var color) ? color.GetInt32() : 0,
        embed.TryGetProperty("fields", out var fields) ? [.. fields.EnumerateArray().Select(field => (Member(field, "name"), Member(field, "value")))] : [],
        embed.TryGetProperty("footer", out var footer) ? Member(footer, "text") : "");

    private static string Member(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) ? value.GetString() ?? "" : "";
}
