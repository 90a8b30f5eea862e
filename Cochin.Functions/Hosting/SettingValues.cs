using System.Globalization;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>Reads single settings and collects what is wrong with them, so that all problems are reported at once.</summary>
internal sealed class SettingValues
{
    private readonly List<SettingProblem> problems = [];
    private readonly SettingReadTracker asked = new();
    private readonly IConfiguration all;
    private readonly IConfiguration configuration;

    public SettingValues(IConfiguration all)
    {
        this.all = all;
        configuration = new ConfigurationBuilder().AddConfiguration(all).Add(asked).Build();
    }

    public IReadOnlyList<SettingProblem> Problems => problems;

    public void Add(string key, string message, string hint) =>
        problems.Add(new SettingProblem(key.Replace(":", "__", StringComparison.Ordinal), message, hint));

    /// <summary>Adds a problem of a setting and of everything below it: none of that is reported as unread.</summary>
    public void AddForAll(string key, string message, string hint)
    {
        Add(key, message, hint);
        asked.AddReported(key);
    }

    /// <summary>Leaves everything below a setting unread, as a problem elsewhere keeps it from being judged.</summary>
    public void LeaveUnread(string key) => asked.AddReported(key);

    /// <summary>Names a setting that is read only if it is there, so that it can be suggested for one that is not known.</summary>
    public void AddReadIfSet(string key) => asked.AddReadIfSet(key);

    /// <summary>Adds a problem for each setting of this program that was not read: the last step, once everything was.</summary>
    public void AddUnread() => problems.AddRange(asked.FindUnread(all));

    /// <summary>A part of the settings for a reader of another library; what it reads counts as read.</summary>
    public IConfigurationSection Section(string key) => configuration.GetSection(key);

    /// <summary>The value, or null where it is absent, empty, or a reference that was not resolved (which is told by itself).</summary>
    public string? Text(string key) =>
        configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) && !CloudSettings.IsUnresolved(text) ? text.Trim() : null;

    /// <summary>Whether there is anything under this name, of use or not.</summary>
    public bool IsSet(string key) => !string.IsNullOrWhiteSpace(configuration[key]) || Children(key).Any();

    public IEnumerable<string> Children(string key) => configuration.GetSection(key).GetChildren().Select(child => child.Key);

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

    /// <summary>A number between two others, both allowed.</summary>
    public double Number(string key, double fallback, double least, double most) => OptionalNumber(key, least, most) ?? fallback;

    /// <summary>A number between two others, both allowed; null where none is set.</summary>
    public double? OptionalNumber(string key, double least, double most)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Add(key, $"{Quoted.Of(text)} is not a number from {least} to {most}.", "Use a point for decimals.");
        return null;
    }

    public int Whole(string key, int fallback, int least, int most)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Add(key, $"{Quoted.Of(text)} is not a whole number from {least} to {most}.", "Use digits only.");
        return fallback;
    }
}
