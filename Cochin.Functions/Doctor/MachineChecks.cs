using System.ComponentModel;
using System.Diagnostics;
using Cochin.Functions.Hosting;

namespace Cochin.Functions.Doctor;

/// <summary>Checks the machine: runtime, time zone data, Node.js, and the disk of the embedded storage.</summary>
/// <param name="dataFolder">The folder of the embedded storage; null if another storage is configured.</param>
internal sealed class MachineChecks(CochinSettings settings, string? dataFolder)
{
    private const double MinFreeGiB = 0.1;
    private const double LowFreeGiB = 1;

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken) =>
    [
        Check.Ok("runtime", $".NET {Environment.Version}", "the program runs on it"),
        TimeZone(),
        await NodeAsync(cancellationToken).ConfigureAwait(false),
        .. Disk(),
    ];

    // Incomplete time zone data lacks daylight saving time, so jobs would start an hour off for half of the year.
    private Check TimeZone()
    {
        const string Why = "schedules use this time zone";
        var zone = settings.TimeZone;
        return zone.Id.Contains('/', StringComparison.Ordinal) && !zone.Id.StartsWith("Etc/", StringComparison.Ordinal) && zone.GetAdjustmentRules().Length == 0
            ? Check.Warning("time zone", $"{zone.Id} has no rules on this machine", Why, "On Debian and Ubuntu: apt install tzdata")
            : Check.Ok("time zone", $"{zone.Id}, {(zone.SupportsDaylightSavingTime ? "with" : "without")} daylight saving time", Why);
    }

    private async Task<Check> NodeAsync(CancellationToken cancellationToken)
    {
        const string Why = "Azurite runs on it: for `demo`, the tests, and commands without configured storage";
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true })!;
            var version = await node.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            return Check.Ok("node", version.Trim() + (dataFolder is not null ? ", running Azurite" : ""), Why);
        }
        catch (Win32Exception)
        {
            return Check.Warning("node", "not found", Why, "Install Node.js 20 or later from https://nodejs.org");
        }
    }

    private IEnumerable<Check> Disk()
    {
        const string Name = "disk";
        const string Why = "the embedded storage keeps all its data there";
        const string Next = "Free some disk space, or set CochinStorage to a storage account";
        if (dataFolder is null)
        {
            yield break;
        }

        var free = new DriveInfo(Path.GetFullPath(dataFolder)).AvailableFreeSpace / (double)(1 << 30);
        var found = $"{free:0.0} GiB free for {dataFolder}";
        yield return free < MinFreeGiB ? Check.Wrong(Name, found, Why, Next)
            : free < LowFreeGiB ? Check.Warning(Name, found, Why, Next)
            : Check.Ok(Name, found, Why);
    }
}
