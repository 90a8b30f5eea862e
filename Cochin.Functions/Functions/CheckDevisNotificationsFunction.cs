using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Posts the alerts about quotes, every day at 08:00.</summary>
public sealed class CheckDevisNotificationsFunction(JobTicks ticks)
{
    [Function("check_devis_notifications")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunDueAsync("check_devis_notifications", cancellationToken);
}
