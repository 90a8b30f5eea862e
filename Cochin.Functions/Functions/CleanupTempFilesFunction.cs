using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Deletes old temporary files, every day at 02:00.</summary>
public sealed class CleanupTempFilesFunction(JobTicks ticks)
{
    [Function("cleanup_temp_files")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunDueAsync("cleanup_temp_files", cancellationToken);
}
