using System.ComponentModel;
using System.Diagnostics;

namespace Cochin.Bench.Running;

/// <summary>A program that has to be installed.</summary>
/// <param name="Hint">How to get it.</param>
internal sealed record Tool(string Program, string VersionOption, string Hint)
{
    public static Tool Node { get; } = new(
        "node",
        "--version",
        "Install Node.js 20 or later from https://nodejs.org; it runs Azurite, which is installed by npm on its own.");

    public static Tool Rclone { get; } = new("rclone", "version", "Install Debian's package: apt-get install rclone (or see https://rclone.org/install/).");

    public static Tool Git { get; } = new("git", "--version", "Install Debian's package: apt-get install git.");

    /// <summary>What it says of itself; null where it is not installed.</summary>
    public Task<string?> VersionAsync(CancellationToken cancellationToken) => FirstLineAsync([VersionOption], cancellationToken);

    /// <summary>The first line of what it prints; null where it is not installed or fails.</summary>
    public async Task<string?> FirstLineAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output.Split('\n')[0].Trim() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
