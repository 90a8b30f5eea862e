using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Reconciles records and backups, on Sunday at 03:00.</summary>
public sealed class RebuildBackupPathsFunction(JobTicks ticks)
{
    [Function("rebuild_backup_paths")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunDueAsync("rebuild_backup_paths", cancellationToken);
}
