using System.ComponentModel;
using System.Diagnostics;
using Cochin.Functions.Hosting;

namespace Cochin.Functions.Doctor;

/// <summary>Looks at the machine and the build: runtime, time zones, Node, the disk of the embedded storage.</summary>
/// <param name="dataFolder">Where the embedded storage keeps its data; null where another storage is set.</param>
internal sealed class MachineChecks(CochinSettings settings, string? dataFolder)
{
    private const double NoRoom = 0.1;
    private const double LittleRoom = 1;

    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken) =>
    [
        Check.Ok("runtime", $".NET {Environment.Version}", "what the program runs on"),
        TimeZone(),
        await NodeAsync(cancellationToken).ConfigureAwait(false),
        .. Disk(),
    ];

    // Data that knows a zone's name and none of its rules would start jobs an hour off for half of the year.
    private Check TimeZone()
    {
        const string Why = "schedules are times of day in this zone";
        var zone = settings.TimeZone;
        return zone.Id.Contains('/', StringComparison.Ordinal) && !zone.Id.StartsWith("Etc/", StringComparison.Ordinal) && zone.GetAdjustmentRules().Length == 0
            ? Check.Warning("time zone", $"{zone.Id} has no rules here", Why, "On Linux: apt install tzdata")
            : Check.Ok("time zone", $"{zone.Id}, {(zone.SupportsDaylightSavingTime ? "with" : "without")} summer time", Why);
    }

    private async Task<Check> NodeAsync(CancellationToken cancellationToken)
    {
        const string Why = "`demo`, the tests and commands without configured storage run Azurite on it";
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true })!;
            var version = await node.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            return Check.Ok("node", version.Trim() + (dataFolder is not null ? ", Azurite runs on it now" : ""), Why);
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
        const string Mend = "Make room, or set CochinStorage to a storage account";
        if (dataFolder is null)
        {
            yield break;
        }

        var free = new DriveInfo(Path.GetFullPath(dataFolder)).AvailableFreeSpace / (double)(1 << 30);
        var found = $"{free:0.0} GiB free for {dataFolder}";
        yield return free < NoRoom ? Check.Wrong(Name, found, Why, Mend) : free < LittleRoom ? Check.Warning(Name, found, Why, Mend) : Check.Ok(Name, found, Why);
    }
}
