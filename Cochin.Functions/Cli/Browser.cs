using System.ComponentModel;
using System.Diagnostics;

namespace Cochin.Functions.Cli;

/// <summary>The person's browser.</summary>
internal static class Browser
{
    /// <summary>Opens a file in it and does not wait.</summary>
    /// <returns>What is in the way, as a sentence; null where nothing is.</returns>
    public static string? Open(string path)
    {
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("DISPLAY") is null or "" && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null or "" && Environment.GetEnvironmentVariable("WSL_DISTRO_NAME") is null or "")
        {
            return "There is no desktop here to open a browser on.";
        }

        try
        {
            var start = OperatingSystem.IsWindows() ? new ProcessStartInfo(path) { UseShellExecute = true }
                : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [path]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var opening = Process.Start(start);
            return null;
        }
        catch (Exception e) when (e is Win32Exception or FileNotFoundException)
        {
            return $"No browser could be started ({e.Message}).";
        }
    }
}
