using System.ComponentModel;
using System.Diagnostics;

namespace Cochin.Functions.Cli;

/// <summary>The default browser.</summary>
internal static class Browser
{
    /// <summary>Opens a file in the browser without waiting for it.</summary>
    /// <returns>Why it failed, as a sentence; null on success.</returns>
    public static string? Open(string path)
    {
        if (OperatingSystem.IsLinux()
            && Environment.GetEnvironmentVariable("DISPLAY") is null or ""
            && Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is null or ""
            && Environment.GetEnvironmentVariable("WSL_DISTRO_NAME") is null or "")
        {
            return "No desktop is available to open a browser.";
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
            return $"The browser could not be started ({e.Message}).";
        }
    }
}
