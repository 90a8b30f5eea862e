using Cochin.Functions.Runs;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>The watch for its timer function. Public for the same reason as <see cref="JobTicks"/>.</summary>
public sealed class WatchTicks
{
    private readonly Watch watch;
    private readonly ActiveTicks ticks;

    internal WatchTicks(Watch watch, ActiveTicks ticks)
    {
        this.watch = watch;
        this.ticks = ticks;
    }

    /// <summary>Checks everything. Errors of the storage and the channel are not thrown.</summary>
    public Task CheckAsync(CancellationToken cancellationToken) => ticks.RunAsync(watch.CheckAsync, cancellationToken);
}
