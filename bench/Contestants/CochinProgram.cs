using System.Diagnostics;
using Cochin.Bench.Running;

namespace Cochin.Bench.Contestants;

/// <summary>Our program, as the launcher publishes it, with no settings but those of the benchmark.</summary>
internal static class CochinProgram
{
    private static readonly string[] SettingPrefixes = ["Cochin", "AzureWebJobs", "APPLICATIONINSIGHTS_", "OTEL_", "DOTNET_gc"];

    /// <summary>Has the launcher build what there is to build, so that no measured start has to.</summary>
    public static async Task BuildAsync(string root, CancellationToken cancellationToken)
    {
        using var launcher = Process.Start(new ProcessStartInfo(Launcher(root), "--version") { RedirectStandardOutput = true })!;
        await launcher.WaitForExitAsync(cancellationToken);
        if (launcher.ExitCode != 0)
        {
            throw new BenchException("the program could not be built; see above.");
        }
    }

    /// <summary>The program, started by <c>dotnet</c> itself.</summary>
    public static ProcessStartInfo Start(string root, IEnumerable<KeyValuePair<string, string>> settings, params IEnumerable<string> arguments) =>
        WithSettings(new ProcessStartInfo("dotnet", [Published(root), .. arguments]), settings);

    /// <summary>The program as people start it, <c>./cochin …</c>.</summary>
    public static ProcessStartInfo StartByLauncher(string root, IEnumerable<KeyValuePair<string, string>> settings, params IEnumerable<string> arguments) =>
        WithSettings(new ProcessStartInfo(Launcher(root), arguments), settings);

    // The launcher publishes each build to a folder of its own and names the newest in a file.
    private static string Published(string root) =>
        Path.Combine(root, ".cochin", File.ReadAllText(Path.Combine(root, ".cochin", "current")).Trim(), "Cochin.Functions.dll");

    private static string Launcher(string root) => Path.Combine(root, "cochin");

    private static ProcessStartInfo WithSettings(ProcessStartInfo start, IEnumerable<KeyValuePair<string, string>> settings)
    {
        var inherited = start.Environment.Keys
            .Where(name => SettingPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToArray();
        foreach (var name in inherited)
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
