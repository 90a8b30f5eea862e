using System.Text.Json;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Hosting;

namespace Cochin.Functions.Cli;

/// <summary>Writes an error: with <c>--json</c> as JSON to standard output, otherwise as text to standard error.</summary>
internal static class ErrorView
{
    public static int Write(Terminal terminal, CliException error)
    {
        if (terminal.IsJson)
        {
            Write(terminal, new ErrorBody(error.Code, error.Message, error.Hint, Problems: null));
        }
        else
        {
            terminal.Say(ForeignText.OneLine($"error: {error.Message}"));
            terminal.Say(ForeignText.OneLine($"  {error.Hint}"));
        }

        return error.ExitCode;
    }

    public static int Write(Terminal terminal, SettingsException error)
    {
        const string Hint = "Correct the settings in the environment or in local.settings.json. README.md lists them all.";
        if (terminal.IsJson)
        {
            var message = error.Problems is [var only] ? $"{only.Setting}: {only.Message}" : $"{error.Problems.Count} settings can't be used.";
            Write(terminal, new ErrorBody("settings", message, error.Problems is [{ Hint: var hint }] ? hint : Hint, error.Problems));
        }
        else
        {
            foreach (var problem in error.Problems)
            {
                terminal.Say(ForeignText.OneLine($"error: {problem.Setting}: {problem.Message}"));
                terminal.Say($"  {problem.Hint}");
            }

            terminal.Say(Hint);
        }

        return ExitCodes.Usage;
    }

    /// <summary>Writes to standard error, also with <c>--json</c>, because standard output can't be written.</summary>
    public static int WriteOutputFailed(Terminal terminal, OutputException error)
    {
        terminal.Say(ForeignText.OneLine($"error: {error.Message}"));
        terminal.Say($"  {OutputException.Hint}");
        return ExitCodes.Failed;
    }

    private static void Write(Terminal terminal, ErrorBody error) =>
        terminal.Line(JsonSerializer.Serialize(new ErrorDocument(error), CliJson.Readable.ErrorDocument));
}
