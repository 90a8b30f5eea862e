using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Reads backups and tests that they can be restored, daily at 04:00.</summary>
public sealed class VerifyBackupsFunction(JobTicks ticks)
{
    [Function("verify_backups")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunDueAsync("verify_backups", cancellationToken);
}
