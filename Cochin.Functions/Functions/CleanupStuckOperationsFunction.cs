using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Marks stuck operations as failed, every six hours.</summary>
public sealed class CleanupStuckOperationsFunction(JobTicks ticks)
{
    [Function("cleanup_stuck_operations")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunDueAsync("cleanup_stuck_operations", cancellationToken);
}
