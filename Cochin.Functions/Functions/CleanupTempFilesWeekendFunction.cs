using Cochin.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Functions;

/// <summary>Deletes temporary files with a shorter age limit, on Saturday at 01:00.</summary>
public sealed class CleanupTempFilesWeekendFunction(JobTicks ticks)
{
    [Function("cleanup_temp_files_weekend")]
    public Task RunAsync([TimerTrigger(Tick.Schedule)] TimerInfo timer, CancellationToken cancellationToken) =>
        ticks.RunDueAsync("cleanup_temp_files_weekend", cancellationToken);
}
