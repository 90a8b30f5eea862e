using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Caches the live operations for a few seconds. New operations may start while units are being deleted.</summary>
/// <param name="first">The operations at the start of the run. Later, only rows written since are read.</param>
internal sealed class LiveOperationsCache(CochinStorage storage, LiveOperations first, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim reading = new(1);
    private LiveOperations? known;
    private ClockReading? readAt;

    /// <summary>Returns operations that were read at most 15 seconds ago. Concurrent callers share one read.</summary>
    /// <inheritdoc cref="LiveOperations.RefreshAsync" path="/exception"/>
    public async ValueTask<LiveOperations> GetAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (known is null || readAt is null || readAt.Elapsed(time) > MaxAge)
            {
                // If the read fails, the old value must not be returned later.
                known = null;
                readAt = ClockReading.Of(time);
                known = await first.RefreshAsync(storage, cancellationToken).ConfigureAwait(false);
            }

            return known;
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();
}
