using System.Text.Json;
using Cochin.Functions.Cli;
using Cochin.Functions.Local.Demo;

namespace Cochin.Functions.Tests.Cli;

/// <summary>
/// A command of the program inside this process: a tenth of the cost of a separate process (<see cref="CochinProcess"/>), which is only needed
/// for signals, standard streams, environment variables and exit codes of the process.
/// </summary>
internal static class CochinCommand
{
    // A folder without local.settings.json.
    static CochinCommand() => Environment.SetEnvironmentVariable("COCHIN_ROOT", AppContext.BaseDirectory);

    /// <param name="settings">Passed with <c>--set</c>.</param>
    public static async Task<CommandResult> RunAsync(IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        string[] line = [.. settings.SelectMany(setting => new[] { "--set", $"{setting.Key}={setting.Value}" }), .. arguments];
        var terminal = new Terminal(CommandLine.IsJson(line), output, errors);

        // Not on the thread of the test, which a command may block.
        var code = await Task.Run(() => CommandLine.RunAsync(line, terminal, DemoVerb.Create), TestContext.Current.CancellationToken);

        return new CommandResult(code, output.ToString().ReplaceLineEndings("\n"), errors.ToString().ReplaceLineEndings("\n"));
    }
}

/// <summary>The result of a command.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output, which must be one JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public JsonElement Error => Json.GetProperty("error");
}
