using System.Diagnostics;
using System.Text;
using Cochin.Functions.Tests.Cli;

namespace Cochin.Functions.Tests;

/// <summary>A command in a process of its own.</summary>
internal sealed class Command : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly Task reading;
    private readonly Task<string> errors;

    private Command(Process process)
    {
        this.process = process;
        reading = ReadAsync();
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <param name="environment">Goes before what is inherited; a null takes a variable away.</param>
    public static Command Start(string folder, IEnumerable<KeyValuePair<string, string?>> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // `dotnet test` has variables that lead an MSBuild inside it astray; settings are those of the test.
        var inherited = start.Environment.Keys.Where(name =>
            name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Cochin", StringComparison.OrdinalIgnoreCase)
            || name is "AzureWebJobsStorage").ToArray();
        foreach (var name in inherited)
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new Command(process);
    }

    public static async Task<CommandResult> RunAsync(
        string folder,
        IEnumerable<KeyValuePair<string, string?>> environment,
        string program,
        params string[] arguments)
    {
        using var command = Start(folder, environment, program, arguments);
        return await command.EndAsync();
    }

    /// <summary>Sends a signal, e.g. <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for a text on standard output.</summary>
    public Task SaysAsync(string text) =>
        Wait.UntilAsync(() => Output.Contains(text, StringComparison.Ordinal) || process.HasExited, TestContext.Current.CancellationToken);

    public async Task<CommandResult> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await reading;
        return new CommandResult(process.ExitCode, Output, await errors);
    }

    private string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (output)
            {
                output.Append(line).Append('\n');
            }
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}
