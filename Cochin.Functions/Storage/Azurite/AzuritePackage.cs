using System.ComponentModel;
using System.Diagnostics;

namespace Cochin.Functions.Storage.Azurite;

/// <summary>The npm package of Azurite in the project's <c>node_modules</c>, and the Node that runs it.</summary>
internal sealed class AzuritePackage(string projectRoot)
{
    private const int OldestNode = 20;

    private string Script => Path.Combine(projectRoot, "node_modules", "azurite", "dist", "src", "azurite.js");

    /// <summary>Installs the package if it is not there. Two processes at once wait for each other.</summary>
    /// <returns>The path of the script to run with Node.</returns>
    /// <exception cref="AzuriteException">Node is missing or too old, or npm failed.</exception>
    public async Task<string> EnsureAsync(Action<string> say, CancellationToken cancellationToken)
    {
        if (File.Exists(Script))
        {
            return Script;
        }

        using var guard = await FileGuard.AcquireAsync(Path.Combine(projectRoot, ".azurite", "install"), cancellationToken).ConfigureAwait(false);
        if (File.Exists(Script))
        {
            return Script;
        }

        await RequireNodeAsync(cancellationToken).ConfigureAwait(false);
        say("Installing the storage emulator (npm ci), once …");

        // The optional package is the Functions host, a large download that only `./cochin func` needs.
        var (exitCode, output) = await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--omit=optional", "--no-audit", "--no-fund"], cancellationToken).ConfigureAwait(false);
        return exitCode == 0 && File.Exists(Script)
            ? Script
            : throw new AzuriteException($"npm could not install the storage emulator: {LastLines(output)}", $"Run `npm ci --omit=optional` in {projectRoot} and look at what it says, or set CochinStorage to use other storage.");
    }

    private async Task RequireNodeAsync(CancellationToken cancellationToken)
    {
        var (_, version) = await RunAsync("node", ["--version"], cancellationToken).ConfigureAwait(false);
        if (!Version.TryParse(version.Trim().TrimStart('v'), out var found) || found.Major < OldestNode)
        {
            throw new AzuriteException($"Node.js {OldestNode} or later is needed to run the storage emulator; `node --version` says: {version.Trim()}", "Install it from https://nodejs.org, or set CochinStorage to use other storage.");
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = projectRoot,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            throw new AzuriteException($"`{program}` was not found; Node.js {OldestNode} or later is needed to run the storage emulator.", "Install it from https://nodejs.org, or set CochinStorage to use other storage.");
        }

        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
    }

    private static string LastLines(string output) =>
        string.Join(" / ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(3));
}
