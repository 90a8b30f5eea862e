using System.Text.Json;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>Reads settings from <c>local.settings.json</c>, the environment and the command line; later sources override earlier ones.</summary>
internal static class ConfigurationSources
{
    /// <summary>
    /// The section for names that <c>local.settings.json</c> has outside <c>Values</c>, without their values, so that they are reported with
    /// all other problems.
    /// </summary>
    public const string OutsideValues = FileName;

    private const string FileName = "local.settings.json";
    private const string Values = "Values";

    // Read by the Core Tools and by editors.
    private static readonly string[] OtherProperties = ["IsEncrypted", "Host", "ConnectionStrings", "$schema"];

    /// <exception cref="SettingsException"><c>local.settings.json</c> can't be read, or contains a setting twice.</exception>
    public static IConfigurationRoot Build(string projectRoot, IEnumerable<KeyValuePair<string, string>> overrides) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(ReadLocalSettings(Path.Combine(projectRoot, FileName)))
            .AddEnvironmentVariables()
            .AddInMemoryCollection(WithoutRepeats(overrides))
            .Build();

    /// <summary>Uses only the given settings, and none of this installation.</summary>
    public static IConfigurationRoot BuildIsolated(IEnumerable<KeyValuePair<string, string>> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(WithoutRepeats(settings)).Build();

    /// <summary>The problem to report for a key below <see cref="OutsideValues"/>.</summary>
    public static SettingProblem ProblemOutsideValues(string key)
    {
        var name = key[(OutsideValues.Length + 1)..];
        return name.Equals(Values, StringComparison.OrdinalIgnoreCase)
            ? new SettingProblem(FileName, $"The object '{name}' is not read.{Suggestion.DidYouMean(Values)}", $"Rename it to {Values}.")
            : new SettingProblem(
                FileName,
                $"{Quoted.Of(InEnvironment(name))} is outside {Values} and is not read.",
                $"Move it into the object {Values}, or remove it.");
    }

    private static List<KeyValuePair<string, string?>> ReadLocalSettings(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using var document = JsonDocument.Parse(File.ReadAllText(path), options);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                [new SettingProblem(FileName, $"It can't be read ({e.Message.TrimEnd('.')}).", "Compare it with local.settings.sample.json.")]);
        }
    }

    private static List<KeyValuePair<string, string?>> Read(JsonElement file)
    {
        var settings = new List<KeyValuePair<string, string?>>();
        foreach (var property in file.EnumerateObject().Where(property => !OtherProperties.Contains(property.Name)))
        {
            settings.AddRange(property.Name == Values
                ? property.Value.EnumerateObject().Select(value => Keyed(value.Name, value.Value.ToString()))
                : [Keyed($"{OutsideValues}:{property.Name}", "")]);
        }

        const string Hint = "Keep one of the two; ':' means the same as '__', and case makes no difference.";
        var twice = ByKey(settings).Where(same => same.Count() > 1).ToList();
        return twice.Count == 0
            ? settings
            : throw new SettingsException([.. twice.Select(same => new SettingProblem(InEnvironment(same.Key), $"{FileName} contains it twice.", Hint))]);
    }

    private static IEnumerable<KeyValuePair<string, string?>> WithoutRepeats(IEnumerable<KeyValuePair<string, string>> settings) =>
        ByKey(settings.Select(pair => Keyed(pair.Key, pair.Value))).Select(same => same.Last());

    private static IEnumerable<IGrouping<string, KeyValuePair<string, string?>>> ByKey(IEnumerable<KeyValuePair<string, string?>> settings) =>
        settings.GroupBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase);

    private static string InEnvironment(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static KeyValuePair<string, string?> Keyed(string name, string? value) => new(name.Replace("__", ":", StringComparison.Ordinal), value);
}
