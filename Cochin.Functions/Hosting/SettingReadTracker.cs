using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>
/// Tracks which settings are read, so that a setting that nothing reads is reported instead of silently ignored. As the last source of a
/// configuration, it sees every lookup; it has no values itself.
/// </summary>
internal sealed class SettingReadTracker : ConfigurationProvider, IConfigurationSource
{
    private const string OurPrefix = "Cochin";
    private const int MaxSuggestionLength = 100;

    private readonly HashSet<string> read = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> optional = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> reported = new(StringComparer.OrdinalIgnoreCase);

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override bool TryGet(string key, out string? value)
    {
        read.Add(key);
        value = null;
        return false;
    }

    /// <summary>Adds a setting that is read only if it exists, so that it can be suggested.</summary>
    public void AddOptional(string key) => optional.Add(key);

    /// <summary>Records that a problem was reported for a setting and everything below it.</summary>
    public void AddReported(string key) => reported.Add(key);

    /// <summary>Returns a problem for each of our settings that was not read. Messages contain names, never values.</summary>
    public IEnumerable<SettingProblem> FindUnread(IConfiguration settings) => settings
        .AsEnumerable()
        .Where(setting => setting.Value is not null && IsOurs(setting.Key) && !read.Contains(setting.Key) && !IsReported(setting.Key))
        .Select(setting => setting.Key)
        .Order(StringComparer.Ordinal)
        .Select(Problem);

    // Case-sensitive, as environment variables of the launcher and of other programs are in capitals (COCHIN_ROOT).
    private static bool IsOurs(string key) =>
        key.StartsWith(OurPrefix, StringComparison.Ordinal)
        || new[] { OurPrefix, StorageSettings.OwnKey, ConfigurationSources.OutsideValues }.Any(root => IsOrIsBelow(key, root));

    private bool IsReported(string key) => reported.Any(covered => IsOrIsBelow(key, covered));

    private static bool IsOrIsBelow(string key, string other) =>
        key.StartsWith(other, StringComparison.OrdinalIgnoreCase) && (key.Length == other.Length || key[other.Length] == ':');

    private SettingProblem Problem(string key) => IsOrIsBelow(key, ConfigurationSources.OutsideValues)
        ? ConfigurationSources.ProblemOutsideValues(key)
        : new SettingProblem(InEnvironment(key), $"Nothing reads this setting.{Suggest(key)}", "Correct its name or remove it.");

    // The same name in another section, or a setting below this one, is a better suggestion than a similar spelling.
    private string Suggest(string key)
    {
        var known = read.Concat(optional).Where(IsOurs).Where(name => name.Length <= MaxSuggestionLength).ToList();
        var related = known.Where(name => IsOrIsBelow(name, key) || LastPart(name).Equals(LastPart(key), StringComparison.OrdinalIgnoreCase));
        return Suggestion.Nearest(key, related) is { } nearest
            ? Suggestion.DidYouMean(InEnvironment(nearest))
            : Suggestion.For(InEnvironment(key), known.Select(InEnvironment));
    }

    private static string LastPart(string key) => key[(key.LastIndexOf(':') + 1)..];

    private static string InEnvironment(string key) => key.Replace(":", "__", StringComparison.Ordinal);
}
