using System.ComponentModel;
using System.Diagnostics;

namespace Cochin.Functions.Local.Azurite;

/// <summary>The npm package of Azurite in the <c>node_modules</c> of the project.</summary>
internal sealed class AzuritePackage(string projectRoot)
{
    public const int MinNodeVersion = 20;

    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan VersionTimeout = TimeSpan.FromMinutes(1);

    private string Script => Path.Combine(projectRoot, "node_modules", "azurite", "dist", "src", "azurite.js");

    // npm writes this file last, so without it an installation was interrupted.
    private bool IsInstalled => File.Exists(Script) && File.Exists(Path.Combine(projectRoot, "node_modules", ".package-lock.json"));

    /// <summary>Installs the package if it is missing. Only one process installs at a time.</summary>
    /// <returns>The path of the script to run with Node.</returns>
    /// <exception cref="AzuriteException">Node is missing or too old, or npm failed.</exception>
    public async Task<string> EnsureAsync(Action<string> onProgress, CancellationToken cancellationToken)
    {
        if (IsInstalled)
        {
            return Script;
        }

        var lockFile = Path.Combine(projectRoot, ".azurite", "install");
        using var fileLock = await FileLock.AcquireAsync(lockFile, InstallTimeout, onProgress, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        if (IsInstalled)
        {
            return Script;
        }

        await RequireNodeAsync(cancellationToken).ConfigureAwait(false);
        onProgress("Installing the storage emulator (npm ci) …");

        // The optional package is the Functions host, a large download that only `./cochin func` needs.
        string[] arguments = ["ci", "--omit=optional", "--no-audit", "--no-fund"];
        var npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        var (exitCode, output) = await RunAsync(npm, arguments, projectRoot, InstallTimeout, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 && IsInstalled
            ? Script
            : throw new AzuriteException(
                $"npm could not install the storage emulator: {LastLines(output)}",
                $"Run `npm ci --omit=optional` in {projectRoot} and check its output, or set CochinStorage to use other storage.");
    }

    /// <exception cref="AzuriteException">Node is missing or too old.</exception>
    public static async Task RequireNodeAsync(CancellationToken cancellationToken)
    {
        var (_, version) = await RunAsync("node", ["--version"], Path.GetTempPath(), VersionTimeout, cancellationToken).ConfigureAwait(false);
        if (!Version.TryParse(version.Trim().TrimStart('v'), out var found) || found.Major < MinNodeVersion)
        {
            throw new AzuriteException(
                $"Node.js {MinNodeVersion} or later is needed to run the storage emulator; `node --version` prints: {LastLines(version)}",
                "Install it from https://nodejs.org, or set CochinStorage to use other storage.");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, string folder, TimeSpan limit, CancellationToken cancellationToken)
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

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false) + await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new AzuriteException(
                $"`{program} {arguments[0]}` did not finish within {limit.TotalMinutes:0} min.",
                "Run it by hand, check the network and the npm registry, or set CochinStorage to use other storage.");
        }
    }

    private static string LastLines(string output) =>
        string.Join(" / ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(3));
}
