using System.CommandLine;

namespace Cochin.Functions.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Write the result as one JSON document", Recursive = true };

    public static Option<string[]> Set { get; } = new("--set")
    {
        Description = "A setting for this command alone, e.g. --set Cochin__TimeZone=Etc/UTC",
        HelpName = "NAME=VALUE",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The settings that were typed.</summary>
    /// <exception cref="CliException">One is not of the form NAME=VALUE.</exception>
    public static IEnumerable<KeyValuePair<string, string>> ReadSettings(ParseResult parsed) =>
        (parsed.GetValue(Set) ?? []).Select(setting => setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? KeyValuePair.Create(setting[..at], setting[(at + 1)..])
            : throw new CliException("bad_setting", "A value of --set has no name before an equals sign.", "Write --set NAME=VALUE, e.g. --set Cochin__TimeZone=Etc/UTC."));
}
