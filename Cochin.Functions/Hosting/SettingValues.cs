using System.Globalization;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>Reads individual settings and collects their problems, so that all are reported at once.</summary>
internal sealed class SettingValues
{
    private readonly List<SettingProblem> problems = [];
    private readonly SettingReadTracker tracker = new();
    private readonly IConfiguration all;
    private readonly IConfiguration configuration;

    public SettingValues(IConfiguration all)
    {
        this.all = all;
        configuration = new ConfigurationBuilder().AddConfiguration(all).Add(tracker).Build();
    }

    public IReadOnlyList<SettingProblem> Problems => problems;

    public void Add(string key, string message, string hint) =>
        problems.Add(new SettingProblem(key.Replace(":", "__", StringComparison.Ordinal), message, hint));

    /// <summary>Adds a problem for a setting and everything below it, so that none of it is reported as unread.</summary>
    public void AddForSection(string key, string message, string hint)
    {
        Add(key, message, hint);
        tracker.AddReported(key);
    }

    /// <summary>Ignores a setting and everything below it, as it is blank, or another problem prevents it from being validated.</summary>
    public void IgnoreSection(string key) => tracker.AddReported(key);

    /// <summary>Adds a setting that is read only if it exists, so that it can be suggested for an unknown name.</summary>
    public void AddOptional(string key) => tracker.AddOptional(key);

    /// <summary>Adds a problem for each setting of this program that was not read. Call it last.</summary>
    public void AddUnread() => problems.AddRange(tracker.FindUnread(all));

    /// <summary>Returns a section for another library to read. Settings it reads are tracked, too.</summary>
    public IConfigurationSection Section(string key) => configuration.GetSection(key);

    /// <summary>Returns the trimmed value; null if it is missing, empty, or an unresolved reference (which is reported separately).</summary>
    public string? Text(string key) =>
        configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) && !CloudSettings.IsUnresolved(text) ? text.Trim() : null;

    /// <summary>Whether the setting or anything below it is set and not blank, valid or not.</summary>
    public bool IsSet(string key) => !string.IsNullOrWhiteSpace(configuration[key]) || Children(key).Any();

    /// <summary>Returns the names below a setting that are set. A blank value counts as not set.</summary>
    public IReadOnlyList<string> Children(string key)
    {
        var names = new List<string>();
        foreach (var child in all.GetSection(key).GetChildren())
        {
            if (child.AsEnumerable().Any(setting => !string.IsNullOrWhiteSpace(setting.Value)))
            {
                names.Add(child.Key);
            }
            else
            {
                IgnoreSection(child.Path);
            }
        }

        return names;
    }

    public bool Flag(string key, bool fallback)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        Add(key, $"{Quoted.Of(text)} is neither true nor false.", "Set it to true or false.");
        return fallback;
    }

    /// <summary>Reads a number in a range that includes both limits.</summary>
    public double Number(string key, double fallback, double min, double max) => OptionalNumber(key, min, max) ?? fallback;

    /// <summary>Reads a number in a range that includes both limits; null if it is not set or invalid.</summary>
    public double? OptionalNumber(string key, double min, double max)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Add(key, $"{Quoted.Of(text)} is not a number from {min} to {max}.", "Use a point for decimals.");
        return null;
    }

    public int Integer(string key, int fallback, int min, int max)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Add(key, $"{Quoted.Of(text)} is not a whole number from {min} to {max}.", "Use digits only.");
        return fallback;
    }
}
