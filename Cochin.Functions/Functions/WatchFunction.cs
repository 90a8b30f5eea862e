using Cochin.Functions.Notifications.Notices;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Sends notices about problems with jobs and backups. Checks every 15 minutes.</summary>
public sealed class WatchFunction(WatchTicks ticks)
{
    [Function("watch")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.LookAsync(cancellationToken);
}
