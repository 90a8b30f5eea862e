using System.Globalization;
using System.Text.Json;
using Cochin.Bench.Running;

namespace Cochin.Bench.Results;

/// <summary>The machine and the versions used for a measurement.</summary>
/// <param name="LoadBefore">Load average of the minute before the session. If it is well above 0, others use the machine, too.</param>
internal sealed record MachineFacts(
    string Processor,
    int Cores,
    double MemoryGiB,
    string System,
    string DotNet,
    string Node,
    string Azurite,
    string Rclone,
    string Commit,
    double LoadBefore)
{
    private const double QuietLoad = 1;

    public bool WasBusy => LoadBefore > QuietLoad;

    public static async Task<MachineFacts> ReadAsync(string root, CancellationToken cancellationToken) => new(
        Value("/proc/cpuinfo", "model name"),
        Environment.ProcessorCount,
        Math.Round(double.Parse(Value("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / 1048576, 1),
        Value("/etc/os-release", "PRETTY_NAME").Trim('"'),
        Environment.Version.ToString(),
        await Tool.Node.VersionAsync(cancellationToken) ?? "none",
        AzuriteVersion(root),
        await Tool.Rclone.VersionAsync(cancellationToken) ?? "none",
        await Tool.Git.FirstLineAsync(["-C", root, "describe", "--always", "--dirty"], cancellationToken) ?? "unknown",
        double.Parse((await File.ReadAllTextAsync("/proc/loadavg", cancellationToken)).Split(' ')[0], CultureInfo.InvariantCulture));

    private static string Value(string file, string key)
    {
        var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOfAny([':', '=']) + 1)..].Trim();
    }

    private static string AzuriteVersion(string root)
    {
        var file = Path.Combine(root, "node_modules", "azurite", "package.json");
        return File.Exists(file) ? JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("version").GetString()! : "none";
    }
}
