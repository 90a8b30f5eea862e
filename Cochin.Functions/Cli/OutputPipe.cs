using System.Runtime.InteropServices;

namespace Cochin.Functions.Cli;

/// <summary>
/// Whether standard output still has a reader. In .NET a write to a pipe without one is not an error, so that endless output would never end.
/// </summary>
internal static class OutputPipe
{
    private const int StandardOutput = 1;
    private const short Error = 0x8;
    private const short HungUp = 0x10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Cancels a source as soon as the reader of standard output is gone. Returns then, or once the source is cancelled elsewhere.</summary>
    public static async Task CancelWithoutReaderAsync(CancellationTokenSource source, TimeProvider time)
    {
        using var ticks = new PeriodicTimer(Pause, time);
        try
        {
            while (await ticks.WaitForNextTickAsync(source.Token).ConfigureAwait(false))
            {
                if (IsReaderGone())
                {
                    await source.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (source.IsCancellationRequested)
        {
            // The way it ends.
        }
    }

    private static bool IsReaderGone()
    {
        if (OperatingSystem.IsWindows())
        {
            return false; // There a write fails.
        }

        var output = new Polled { Descriptor = StandardOutput };
        return Poll(ref output, count: 1, milliseconds: 0) > 0 && (output.Found & (Error | HungUp)) != 0;
    }

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref Polled output, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Polled
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
