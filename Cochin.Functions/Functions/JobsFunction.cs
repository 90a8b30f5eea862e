using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Runs the jobs that the settings define. Checks every 15 minutes what is due.</summary>
public sealed class JobsFunction(JobTicks ticks)
{
    [Function("jobs")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunFurtherDueAsync(cancellationToken);
}
