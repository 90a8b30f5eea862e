using System.CommandLine.Parsing;
using System.CommandLine;
using Cochin.Functions.Hosting;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>What is wrong with what was typed, with the next thing to type.</summary>
internal static class UsageError
{
    /// <summary>The error, or null where the line can be carried out.</summary>
    public static CliException? Find(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"./cochin {(command.Parents.Any() ? Path(parsed.CommandResult) + " " : "")}--help";

        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            var words = unknown.StartsWith('-')
                ? command.Options.Concat([SharedOptions.Json, SharedOptions.Set]).Select(option => option.Name)
                : command.Subcommands.Select(verb => verb.Name);
            return command.Subcommands.Count > 0 && !unknown.StartsWith('-')
                ? new CliException("unknown_command", $"There is no command {Shown(unknown)}.{Suggestion.For(unknown, words)}", $"See {help}.")
                : new CliException("usage", $"{command.Name} does not know {Shown(unknown)}.{Suggestion.For(unknown, words)}", $"See {help}.");
        }

        if (command is Verb { Do: null })
        {
            return new CliException("usage", $"{command.Name} needs one of its commands: {string.Join(", ", command.Subcommands.Select(verb => verb.Name))}.", $"See {help}.");
        }

        return parsed.Errors.Count > 0
            ? new CliException("usage", Harmless(string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct()), parsed), $"See {help}.")
            : null;
    }

    // A secret may stand in the wrong place, e.g. after `--set NAME` with a space for the equals sign.
    private static string Shown(string typed) => Quoted.IsHarmless(typed) ? $"'{typed}'" : "one of the words";

    private static string Harmless(string message, ParseResult parsed) =>
        parsed.Tokens.Select(token => token.Value).Where(typed => !Quoted.IsHarmless(typed)).Aggregate(message, (text, typed) => text.Replace(typed, "…", StringComparison.Ordinal));

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult { Parent: not null } parent ? $"{Path(parent)} {result.Command.Name}" : result.Command.Name;
}
