namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>
/// The number of rows for the next batch, so that a batch takes about a second. A storage that answers one request after another answers the renewal
/// of the lock only after the batch: even if that suddenly takes ten times as long, it must not take longer than the lease.
/// </summary>
internal sealed class BatchSize
{
    // The maximum of the service.
    private const int Max = 100;

    // Smaller batches would only add requests to a connection that is slow for another reason.
    private const int Min = 5;

    private static readonly TimeSpan Fast = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2);

    public int Next { get; private set; } = 25;

    /// <summary>Records the duration of a batch.</summary>
    public void Record(TimeSpan took, int rows)
    {
        if (took > Slow)
        {
            Next = Math.Clamp((int)(rows * (Fast / took)), Min, Next);
        }
        else if (took < Fast && rows >= Next)
        {
            Next = Math.Min(Max, Next * 2);
        }
    }
}
