using System.Runtime.CompilerServices;

namespace Cochin.Functions.Tests;

/// <summary>
/// The zone of this process, and of the programs that it starts. On a machine in UTC, code that takes a time for local time passes every
/// test; so the tests never run in UTC.
/// </summary>
internal static class TestZone
{
    [ModuleInitializer]
    internal static void LeaveUtc()
    {
        if (TimeZoneInfo.Local.BaseUtcOffset == TimeSpan.Zero)
        {
            Environment.SetEnvironmentVariable("TZ", "America/New_York");
            TimeZoneInfo.ClearCachedData();
        }
    }
}
