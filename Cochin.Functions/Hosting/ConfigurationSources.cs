using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>Where settings come from: <c>local.settings.json</c>, the environment, the command line; the last one wins.</summary>
internal static class ConfigurationSources
{
    /// <exception cref="SettingsException"><c>local.settings.json</c> can't be read.</exception>
    public static IConfigurationRoot Build(string projectRoot, IEnumerable<KeyValuePair<string, string>> overrides) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(ReadLocalSettings(Path.Combine(projectRoot, "local.settings.json")).Select(Keyed))
            .AddEnvironmentVariables()
            .AddInMemoryCollection(overrides.Select(pair => Keyed(new(pair.Key, pair.Value))))
            .Build();

    private static List<KeyValuePair<string, string?>> ReadLocalSettings(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.TryGetProperty("Values", out var values)
                ? [.. values.EnumerateObject().Select(value => KeyValuePair.Create(value.Name, (string?)value.Value.ToString()))]
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([new SettingProblem("local.settings.json", $"It can't be read ({e.Message.TrimEnd('.')}).", "Compare it with local.settings.sample.json.")]);
        }
    }

    private static KeyValuePair<string, string?> Keyed(KeyValuePair<string, string?> setting) =>
        new(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value);
}
