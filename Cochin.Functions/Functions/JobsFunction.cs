using Cochin.Functions.Running;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Ticks for the jobs that the settings define, every quarter of an hour.</summary>
public sealed class JobsFunction(JobTicks ticks)
{
    [Function("jobs")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunFurtherDueAsync(cancellationToken);
}
