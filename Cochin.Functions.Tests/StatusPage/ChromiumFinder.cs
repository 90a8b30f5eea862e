using System.Diagnostics;
using System.Reflection;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Finds Chromium on this machine, or tries to install it.</summary>
internal static class ChromiumFinder
{
    public const string InstallHint = "Install Chromium, Chrome or Edge (on Debian and Ubuntu: apt-get install chromium), or set CHROMIUM=/path/to/chromium.";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"];

    private static readonly string[] CommonPaths =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>The folder of the Playwright package, which contains its driver.</summary>
    public static string PlaywrightPackage { get; } =
        typeof(ChromiumFinder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PlaywrightPackage").Value!;

    /// <summary>Returns the path of an installed browser; null if there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } path)
        {
            return Which(path);
        }

        return Names.Select(Which).OfType<string>().FirstOrDefault() ?? CommonPaths.FirstOrDefault(File.Exists);
    }

    /// <summary>Returns the path of a program on the PATH; null if it is not found.</summary>
    public static string? Which(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => new[] { Path.Combine(folder, program), Path.Combine(folder, program + ".exe") })
        .FirstOrDefault(File.Exists);

    /// <summary>Downloads Chromium with Playwright or, as root, installs the system package.</summary>
    /// <returns>The errors of both; empty if one succeeded.</returns>
    public static async Task<IReadOnlyList<string>> TryInstallAsync()
    {
        var problems = new List<string>();
        string[] install = [Path.Combine(PlaywrightPackage, ".playwright", "package", "cli.js"), "install", "--only-shell", "chromium"];
        if (await RunAsync("node", install, TimeSpan.FromMinutes(2)) is not { } download)
        {
            return [];
        }

        problems.Add($"Playwright's download: {download}");
        if (Environment.UserName == "root" && Which("apt-get") is { } apt)
        {
            _ = await RunAsync(apt, ["update", "-qq"], TimeSpan.FromMinutes(2));
            if (await RunAsync(apt, ["install", "-y", "-qq", "--no-install-recommends", "chromium"], TimeSpan.FromMinutes(5)) is not { } package)
            {
                return [];
            }

            problems.Add($"apt-get install chromium: {package}");
        }

        return problems;
    }

    /// <returns>The error; null if the program succeeded.</returns>
    private static async Task<string?> RunAsync(string program, string[] arguments, TimeSpan timeout)
    {
        using var expired = new CancellationTokenSource(timeout);
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var kill = expired.Token.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = await process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0 ? null
                : expired.IsCancellationRequested ? $"not finished within {timeout.TotalMinutes:0} min"
                : FirstError(errors + await output) ?? $"exit code {process.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }

    private static string? FirstError(string output) =>
        output.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Contains("rror", StringComparison.Ordinal));
}
