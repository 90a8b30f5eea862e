using Cochin.Functions.Watching;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Tells people what is wrong with jobs and backups, every quarter of an hour.</summary>
public sealed class WatchFunction(WatchTicks ticks)
{
    [Function("watch")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.LookAsync(cancellationToken);
}
