using System.Text.Json;
using Cochin.Functions.Cli;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Commands in this process: hundreds of them cost as little as a few processes.</summary>
internal static class Typed
{
    private static readonly int[] Contract = [ExitCodes.Done, ExitCodes.Failed, ExitCodes.Usage, ExitCodes.Partial, ExitCodes.LockHeld];

    /// <summary>Types a line, and checks what is true of all lines: exit code, the form of both outputs, no bug shown, no terminal steered.</summary>
    public static async Task<CommandResult> RunAsync(IEnumerable<KeyValuePair<string, string>> settings, params string[] words)
    {
        var result = await CochinCommand.RunAsync(settings, words);

        var typed = string.Join(' ', words.Select(word => JsonSerializer.Serialize(word.Length < 200 ? word : word[..200])));
        Contract.ShouldContain(result.ExitCode, typed);
        (result.Output + result.Errors).ShouldNotContain("unexpected", Case.Insensitive, typed);
        (result.Output + result.Errors).ShouldNotContain("   at ", Case.Sensitive, typed);
        Hostile.Steers(result.Output).ShouldBeFalse(typed);
        Hostile.Steers(result.Errors).ShouldBeFalse(typed);
        if (CommandLine.IsJson(words) && (result.ExitCode != ExitCodes.Done || !Array.Exists(words, word => word is "--help" or "-h" or "--version")))
        {
            Should.NotThrow(() => JsonDocument.Parse(result.Output), typed);
        }
        else if (result.ExitCode == ExitCodes.Usage)
        {
            result.Output.ShouldBeEmpty(typed);
            result.Errors.ShouldNotBeEmpty(typed);
        }

        return result;
    }
}
