using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Deletes the backups that no retention rule keeps, on Sunday at 05:00. Does nothing until a rule is set.</summary>
public sealed class PruneBackupsFunction(JobTicks ticks)
{
    [Function("prune_backups")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunDueAsync("prune_backups", cancellationToken);
}
