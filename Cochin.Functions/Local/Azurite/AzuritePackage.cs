using System.ComponentModel;
using System.Diagnostics;

namespace Cochin.Functions.Local.Azurite;

/// <summary>The npm package of Azurite in the project's <c>node_modules</c>, and the Node that runs it.</summary>
internal sealed class AzuritePackage(string projectRoot)
{
    public const int OldestNode = 20;

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(15);

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

        using var guard = await FileGuard.AcquireAsync(Path.Combine(projectRoot, ".azurite", "install"), InstallLimit, say, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        if (File.Exists(Script))
        {
            return Script;
        }

        await RequireNodeAsync(cancellationToken).ConfigureAwait(false);
        say("Installing the storage emulator (npm ci), once …");

        // The optional package is the Functions host, a large download that only `./cochin func` needs.
        string[] arguments = ["ci", "--omit=optional", "--no-audit", "--no-fund"];
        var (exitCode, output) = await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", arguments, projectRoot, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 && File.Exists(Script)
            ? Script
            : throw new AzuriteException(
                $"npm could not install the storage emulator: {LastLines(output)}",
                $"Run `npm ci --omit=optional` in {projectRoot} and read its messages, or set CochinStorage to use other storage.");
    }

    /// <exception cref="AzuriteException">Node is missing or too old.</exception>
    public static async Task RequireNodeAsync(CancellationToken cancellationToken)
    {
        var (_, version) = await RunAsync("node", ["--version"], Path.GetTempPath(), cancellationToken).ConfigureAwait(false);
        if (!Version.TryParse(version.Trim().TrimStart('v'), out var found) || found.Major < OldestNode)
        {
            throw new AzuriteException(
                $"Node.js {OldestNode} or later is needed to run the storage emulator; `node --version` prints: {LastLines(version)}",
                "Install it from https://nodejs.org, or set CochinStorage to use other storage.");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
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
            throw AzuriteException.NodeNotFound(program);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(InstallLimit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new AzuriteException(
                $"`{program}` did not end within {InstallLimit.TotalMinutes} minutes.",
                "Check the network and the npm registry, or set CochinStorage to use other storage.");
        }
    }

    private static string LastLines(string output) =>
        string.Join(" / ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(3));
}
