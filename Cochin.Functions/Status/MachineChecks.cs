using System.ComponentModel;
using System.Diagnostics;
using Cochin.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Status;

/// <summary>Looks at the machine and the build: runtime, time zones, Node, the Functions worker, the webhook's setting.</summary>
internal sealed class MachineChecks(CochinSettings settings, bool isEmbedded)
{
    public async Task<IReadOnlyList<Check>> ExamineAsync(CancellationToken cancellationToken) =>
    [
        Check.Ok("runtime", $".NET {Environment.Version}", "what the program runs on"),
        TimeZone(),
        await NodeAsync(cancellationToken).ConfigureAwait(false),
        Worker(),
        Webhook(),
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
            return Check.Ok("node", version.Trim() + (isEmbedded ? ", Azurite runs on it now" : ""), Why);
        }
        catch (Win32Exception)
        {
            return Check.Warning("node", "not found", Why, "Install Node.js 20 or later from https://nodejs.org");
        }
    }

    private static Check Worker()
    {
        const string Why = "only a build with the official packages runs in Azure";
        return typeof(TimerInfo).Assembly == typeof(MachineChecks).Assembly
            ? Check.Warning("functions worker", "a local stand-in is built in", Why, "To publish: dotnet publish Cochin.Functions -p:FunctionsWorker=official")
            : Check.Ok("functions worker", "the official packages are built in", Why);
    }

    private Check Webhook()
    {
        const string Why = "quote alerts and failure notices go there";
        return settings.Discord.WebhookUrl is null
            ? Check.Warning("webhook", "none is set", Why, "Set Cochin__Discord__WebhookUrl to the address that the channel's settings show")
            : Check.Ok("webhook", $"set, on {(settings.Discord.AllowAnyHost ? "a host of your choice" : "Discord")}", Why);
    }
}
