using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The live operations, read again every few seconds: some may begin while units are being deleted.</summary>
/// <param name="first">As they were when the run began: after that, only rows written since are read.</param>
internal sealed class OperationsWatch(CochinStorage storage, LiveOperations first, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan StaysTrue = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim reading = new(1);
    private LiveOperations? known;
    private long readAt;

    /// <summary>What they were at most a few seconds ago; for several that ask at once there is one answer.</summary>
    /// <inheritdoc cref="LiveOperations.RenewAsync" path="/exception"/>
    public async ValueTask<LiveOperations> CurrentAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (known is null || time.GetElapsedTime(readAt) > StaysTrue)
            {
                // A failure must leave nothing behind that looks like an answer.
                known = null;
                readAt = time.GetTimestamp();
                known = await first.RenewAsync(storage, cancellationToken).ConfigureAwait(false);
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
