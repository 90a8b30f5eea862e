namespace Cochin.Functions.Watching;

/// <summary>The watch as its timer function sees it; public for the reason that <see cref="Running.JobTicks"/> gives.</summary>
public sealed class WatchTicks
{
    private readonly Watch watch;

    internal WatchTicks(Watch watch) => this.watch = watch;

    /// <summary>A look at everything; nothing is thrown for trouble with storage or webhook.</summary>
    public Task LookAsync(CancellationToken cancellationToken) => watch.LookAsync(cancellationToken);
}
