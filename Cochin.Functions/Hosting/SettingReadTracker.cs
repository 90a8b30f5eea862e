using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>
/// Remembers which settings were asked for: one that is set and that no reader asked for would be ignored without a word. As the last
/// source of a configuration it hears every question, and has no values itself.
/// </summary>
internal sealed class SettingReadTracker : ConfigurationProvider, IConfigurationSource
{
    private const string OurPrefix = "Cochin";
    private const int LongestSuggestion = 100;

    private readonly HashSet<string> asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> readIfSet = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> reported = new(StringComparer.OrdinalIgnoreCase);

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override bool TryGet(string key, out string? value)
    {
        asked.Add(key);
        value = null;
        return false;
    }

    /// <summary>Names a setting that a reader asks for only if it is there, so that it can be suggested.</summary>
    public void AddReadIfSet(string key) => readIfSet.Add(key);

    /// <summary>Notes that a problem was reported that covers a setting and everything below it.</summary>
    public void AddReported(string key) => reported.Add(key);

    /// <summary>A problem for each of our settings that no reader asked for. Names are repeated, values are not.</summary>
    public IEnumerable<SettingProblem> FindUnread(IConfiguration settings) => settings
        .AsEnumerable()
        .Where(setting => setting.Value is not null && IsOurs(setting.Key) && !asked.Contains(setting.Key) && !IsReported(setting.Key))
        .Select(setting => setting.Key)
        .Order(StringComparer.Ordinal)
        .Select(Problem);

    // Environment variables of the launcher and of other programs are in capitals (COCHIN_ROOT).
    private static bool IsOurs(string key) =>
        key.StartsWith(OurPrefix, StringComparison.Ordinal)
        || new[] { OurPrefix, StorageSettings.OwnKey, ConfigurationSources.OutsideValues }.Any(root => IsOrIsBelow(key, root));

    private bool IsReported(string key) => reported.Any(covered => IsOrIsBelow(key, covered));

    private static bool IsOrIsBelow(string key, string other) =>
        key.StartsWith(other, StringComparison.OrdinalIgnoreCase) && (key.Length == other.Length || key[other.Length] == ':');

    private SettingProblem Problem(string key) => IsOrIsBelow(key, ConfigurationSources.OutsideValues)
        ? ConfigurationSources.ProblemOutsideValues(key)
        : new SettingProblem(InEnvironment(key), $"Nothing reads this setting.{Suggest(key)}", "Correct its name or remove it.");

    // The same name elsewhere, or a name that this one is a part of, is more likely meant than one that merely looks like it.
    private string Suggest(string key)
    {
        var known = asked.Concat(readIfSet).Where(IsOurs).Where(name => name.Length <= LongestSuggestion).ToList();
        var related = known.Where(name => IsOrIsBelow(name, key) || LastPart(name).Equals(LastPart(key), StringComparison.OrdinalIgnoreCase));
        return Suggestion.Nearest(key, related) is { } nearest
            ? Suggestion.DidYouMean(InEnvironment(nearest))
            : Suggestion.For(InEnvironment(key), known.Select(InEnvironment));
    }

    private static string LastPart(string key) => key[(key.LastIndexOf(':') + 1)..];

    private static string InEnvironment(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
