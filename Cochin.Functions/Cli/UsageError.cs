using System.CommandLine.Parsing;
using System.CommandLine;
using Cochin.Functions.Hosting;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli;

/// <summary>Finds usage errors in the parsed command line.</summary>
internal static class UsageError
{
    /// <summary>Returns the error, or null if the command line is valid.</summary>
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
                ? new CliException("unknown_command", $"Unknown command: {Quote(unknown)}.{Suggestion.For(unknown, words)}", $"See {help}.")
                : new CliException("usage", $"Unknown argument for {command.Name}: {Quote(unknown)}.{Suggestion.For(unknown, words)}", $"See {help}.");
        }

        if (command is Verb { Execute: null })
        {
            var names = string.Join(", ", command.Subcommands.Select(verb => verb.Name));
            return new CliException("usage", $"{command.Name} needs a subcommand: {names}.", $"See {help}.");
        }

        return parsed.Errors.Count > 0
            ? new CliException("usage", Redact(string.Join(" ", parsed.Errors.Select(error => error.Message).Distinct()), parsed), $"See {help}.")
            : null;
    }

    // A mistyped command can contain a secret, e.g. `--set NAME VALUE` without the equals sign.
    private static string Quote(string typed) => Quoted.IsHarmless(typed) ? $"'{typed}'" : "(not shown, may be a secret)";

    private static string Redact(string message, ParseResult parsed) =>
        parsed.Tokens.Select(token => token.Value)
            .Where(typed => !Quoted.IsHarmless(typed))
            .Aggregate(message, (text, typed) => text.Replace(typed, "…", StringComparison.Ordinal));

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult { Parent: not null } parent ? $"{Path(parent)} {result.Command.Name}" : result.Command.Name;
}
