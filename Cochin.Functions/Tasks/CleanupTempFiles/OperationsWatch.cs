using Azure.Data.Tables;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The live operations, known anew every few seconds: some may begin while units are being deleted.</summary>
internal sealed class OperationsWatch(TableClient operations, TimeProvider time)
{
    private static readonly TimeSpan StaysTrue = TimeSpan.FromSeconds(15);

    private LiveOperations? known;
    private long readAt;

    /// <inheritdoc cref="LiveOperations.ReadAsync"/>
    public async ValueTask<LiveOperations> CurrentAsync(CancellationToken cancellationToken)
    {
        if (known is null || time.GetElapsedTime(readAt) > StaysTrue)
        {
            readAt = time.GetTimestamp();
            known = await LiveOperations.ReadAsync(operations, cancellationToken).ConfigureAwait(false);
        }

        return known;
    }
}
