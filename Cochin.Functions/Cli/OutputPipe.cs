using System.Runtime.InteropServices;

namespace Cochin.Functions.Cli;

/// <summary>Detects that the reader of standard output has exited. .NET ignores the error of such a write, so endless output would never stop.</summary>
internal static class OutputPipe
{
    private const int StandardOutput = 1;
    private const short Error = 0x8;
    private const short HungUp = 0x10;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Cancels the source when the reader of standard output has exited. Completes when the source is cancelled, here or elsewhere.</summary>
    public static async Task CancelWhenReaderClosesAsync(CancellationTokenSource source, TimeProvider time)
    {
        using var ticks = new PeriodicTimer(CheckInterval, time);
        try
        {
            while (await ticks.WaitForNextTickAsync(source.Token).ConfigureAwait(false))
            {
                if (IsReaderClosed())
                {
                    await source.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (source.IsCancellationRequested)
        {
            // Expected: cancellation ends the wait.
        }
    }

    /// <summary>Whether nothing reads what is written to standard output.</summary>
    public static bool IsReaderClosed()
    {
        if (OperatingSystem.IsWindows())
        {
            return false; // On Windows the write itself fails.
        }

        var output = new PollDescriptor { Descriptor = StandardOutput };
        return Poll(ref output, count: 1, milliseconds: 0) > 0 && (output.ReturnedEvents & (Error | HungUp)) != 0;
    }

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollDescriptor output, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short ReturnedEvents;
    }
}
