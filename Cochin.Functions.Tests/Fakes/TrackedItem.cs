using System.Text.Json;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>An item as Application Insights takes it.</summary>
internal sealed class TrackedItem(JsonElement item)
{
    /// <summary>Its own part: a dependency, a message, a metric.</summary>
    public JsonElement Data { get; } = item.GetProperty("data").GetProperty("baseData");

    public string? Name => Data.TryGetProperty("name", out var name) ? name.GetString() : null;

    public string? Role => Tag("ai.cloud.role");

    public string? RoleInstance => Tag("ai.cloud.roleInstance");

    public string? OperationId => Tag("ai.operation.id");

    public string? ParentId => Tag("ai.operation.parentId");

    public IReadOnlyDictionary<string, string?> Properties => Data.TryGetProperty("properties", out var properties)
        ? properties.EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString())
        : new Dictionary<string, string?>();

    public override string ToString() => item.GetRawText();

    private string? Tag(string name) => item.GetProperty("tags").TryGetProperty(name, out var tag) ? tag.GetString() : null;
}
