using System.Text.Json;

namespace Cochin.Functions.Tests.Infra;

/// <summary>A test of the resources in <see cref="MainSnapshot"/>.</summary>
public abstract class MainTest
{
    protected static IEnumerable<JsonElement> Of(IEnumerable<JsonElement> resources, string type) => resources.Where(resource => Type(resource) == type);

    protected static string Type(JsonElement resource) => resource.GetProperty("type").GetString()!;

    protected static string Name(JsonElement resource) => resource.GetProperty("name").GetString()!;

    protected static string Id(JsonElement resource) => resource.GetProperty("id").GetString()!;

    protected static Dictionary<string, string> Settings(IEnumerable<JsonElement> resources) =>
        Of(resources, "Microsoft.Web/sites/config").Single().GetProperty("properties").EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);
}

/// <summary>The tests that share one snapshot.</summary>
[CollectionDefinition]
public sealed class SharedMainSnapshot : ICollectionFixture<MainSnapshot>;
