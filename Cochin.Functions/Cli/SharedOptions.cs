using System.CommandLine;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class SharedOptions
{
    private static readonly string[] Prefixes =
        ["Cochin", "AzureWebJobs", "AzureFunctionsJobHost", "APPLICATIONINSIGHTS_", "OTEL_", "FUNCTIONS_", "WEBSITE_", "AZURE_FUNCTIONS_"];

    public static Option<bool> Json { get; } = new("--json") { Description = "Write the result as one JSON document", Recursive = true };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting for this command alone, e.g. --set Cochin__TimeZone=Etc/UTC",
        HelpName = "NAME=VALUE",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The settings that were typed.</summary>
    /// <exception cref="CliException">One is not of the form NAME=VALUE, or nothing reads a setting of its name.</exception>
    public static IEnumerable<KeyValuePair<string, string>> ReadSettings(ParseResult parsed) => (parsed.GetValue(Set) ?? []).Select(ReadSetting);

    private static KeyValuePair<string, string> ReadSetting(string setting)
    {
        const string Hint = "Write --set NAME=VALUE, e.g. --set Cochin__TimeZone=Etc/UTC.";
        if (setting.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var at))
        {
            throw new CliException("bad_setting", "A value of --set has no name before an equals sign.", Hint);
        }

        // Which of our own names are read is known only once they were; other programs' names are seen in the environment, not here.
        var name = setting[..at];
        return Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            ? KeyValuePair.Create(name, setting[(at + 1)..])
            : throw new CliException("bad_setting", $"Nothing reads a setting with the name {Quoted.Of(name)}.", Hint);
    }
}
