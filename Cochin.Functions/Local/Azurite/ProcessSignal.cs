using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cochin.Functions.Local.Azurite;

/// <summary>Signals to processes that this program did not start itself.</summary>
internal static class ProcessSignal
{
    public const int Kill = 9; // SIGKILL
    public const int Terminate = 15; // SIGTERM

    /// <summary>Sends a signal; on Windows, ends the process.</summary>
    /// <returns>False if the process has ended or belongs to another user.</returns>
    public static bool Send(int processId, int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            return SendSignal(processId, signal) == 0;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
