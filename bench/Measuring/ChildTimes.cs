using System.Runtime.InteropServices;

namespace Cochin.Bench.Measuring;

/// <summary>The processor time of all children that have ended and were waited for: getrusage(2), RUSAGE_CHILDREN.</summary>
internal static class ChildTimes
{
    private const int Children = -1;
    private const int LongsInUsage = 18; // struct rusage: two timeval, then 14 longs.

    public static TimeSpan Read()
    {
        var usage = new long[LongsInUsage];
        return GetUsage(Children, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : throw new InvalidOperationException("getrusage failed.");
    }

    [DllImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, [Out] long[] usage);
}
