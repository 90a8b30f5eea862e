using Cochin.Functions.Runs;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>The watch as its timer function sees it; public for the reason that <see cref="JobTicks"/> gives.</summary>
public sealed class WatchTicks
{
    private readonly Watch watch;
    private readonly ActiveTicks ticks;

    internal WatchTicks(Watch watch, ActiveTicks ticks)
    {
        this.watch = watch;
        this.ticks = ticks;
    }

    /// <summary>Checks everything; errors of storage and channel are not thrown.</summary>
    public Task LookAsync(CancellationToken cancellationToken) => ticks.RunAsync(watch.LookAsync, cancellationToken);
}
