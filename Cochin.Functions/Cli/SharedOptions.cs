using System.CommandLine;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>Options that every verb has.</summary>
internal static class SharedOptions
{
    private static readonly string[] Prefixes =
        ["Cochin", "AzureWebJobs", "AzureFunctionsJobHost", "APPLICATIONINSIGHTS_", "OTEL_", "FUNCTIONS_", "WEBSITE_", "AZURE_FUNCTIONS_"];

    public static Option<bool> Json { get; } = new("--json") { Description = "Write the result as one JSON document", Recursive = true };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting for this command only, e.g. --set Cochin__TimeZone=Etc/UTC",
        HelpName = "NAME=VALUE",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Returns the settings given with <c>--set</c>.</summary>
    /// <exception cref="CliException">A value isn't NAME=VALUE, or its name has no known prefix.</exception>
    public static IEnumerable<KeyValuePair<string, string>> ReadSettings(ParseResult parsed) => (parsed.GetValue(Set) ?? []).Select(ReadSetting);

    private static KeyValuePair<string, string> ReadSetting(string setting)
    {
        const string Hint = "Write --set NAME=VALUE, e.g. --set Cochin__TimeZone=Etc/UTC.";
        if (setting.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var at))
        {
            throw new CliException("bad_setting", "A value of --set has no name before an equals sign.", Hint);
        }

        // Only the prefix is checked here; unknown names that begin with Cochin are found when the settings are read.
        var name = setting[..at];
        return Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            ? KeyValuePair.Create(name, setting[(at + 1)..])
            : throw new CliException("bad_setting", $"Nothing reads a setting with the name {Quoted.Of(name)}.", Hint);
    }
}
