using Cochin.Functions.Running;

namespace Cochin.Functions.Watching;

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

    /// <summary>A look at everything; nothing is thrown for trouble with storage or webhook.</summary>
    public Task LookAsync(CancellationToken cancellationToken) => ticks.RunAsync(watch.LookAsync, cancellationToken);
}
