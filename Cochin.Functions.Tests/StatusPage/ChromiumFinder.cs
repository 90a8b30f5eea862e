using System.Diagnostics;
using System.Reflection;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Finds a Chromium on this machine, and where there is none tries to get one.</summary>
internal static class ChromiumFinder
{
    public const string HowToGetOne = "Install one (on Debian and Ubuntu: apt-get install chromium) or name one by CHROMIUM=/path/to/chromium; it must be Chromium, Chrome or Edge.";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "msedge"];

    private static readonly string[] UsualPlaces =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>Where the package of Playwright lies, with its driver.</summary>
    public static string Package { get; } = typeof(ChromiumFinder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "PlaywrightPackage").Value!;

    /// <summary>A Chromium that was there before; null where there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
        {
            return Which(named);
        }

        return Names.Select(Which).OfType<string>().FirstOrDefault() ?? UsualPlaces.FirstOrDefault(File.Exists);
    }

    /// <summary>A program's path by its name or path.</summary>
    public static string? Which(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => new[] { Path.Combine(folder, program), Path.Combine(folder, program + ".exe") })
        .FirstOrDefault(File.Exists);

    /// <summary>Playwright's own download, for this user alone; then, where we may, the system's package.</summary>
    /// <returns>What stood in the way of each; empty once one came through.</returns>
    public static async Task<IReadOnlyList<string>> TryToGetAsync()
    {
        var problems = new List<string>();
        if (await RunAsync("node", [Path.Combine(Package, ".playwright", "package", "cli.js"), "install", "--only-shell", "chromium"], TimeSpan.FromMinutes(2)) is not { } download)
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

    /// <returns>Null where it went well, otherwise what it said last.</returns>
    private static async Task<string?> RunAsync(string program, string[] arguments, TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit);
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            using var kill = late.Token.Register(() => process.Kill(entireProcessTree: true));
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = await process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None);
            return process.ExitCode == 0 ? null
                : late.IsCancellationRequested ? $"not done within {limit.TotalMinutes:0} min"
                : (errors + await output).Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Contains("rror", StringComparison.Ordinal)) ?? $"exit code {process.ExitCode}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }
}
