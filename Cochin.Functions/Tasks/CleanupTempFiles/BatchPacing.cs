using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Adapts the size and number of concurrent batches so that each batch takes only a few seconds.</summary>
/// <param name="responseTime">The duration of a small request; zero if unknown.</param>
internal sealed class BatchPacing(DeletionGate gate, AdaptiveConcurrency concurrency, int maxBatchSize, TimeSpan responseTime)
{
    private const int MinBatchSize = 4;

    // The duration of a delete is not known yet. If the storage processes deletes one after another, a lock renewal waits for the whole batch.
    private const int InitialBatchSize = 64;

    // The operations are checked only before a batch, so a batch must be short: first reduce the concurrency, then the size.
    private static readonly TimeSpan SlowBatch = TimeSpan.FromSeconds(5);

    // Increase only while batches are fast. If the storage processes requests one after another, a lock renewal waits for a whole batch. Even
    // if deletes suddenly take ten times as long, it must not wait longer than the lease.
    private static readonly TimeSpan FastBatch = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan VeryFastBatch = FastBatch / 4;

    // The deletes to have in progress after the first batch, in time that they take if the storage processes them one after another.
    private static readonly TimeSpan InitialQueue = TimeSpan.FromSeconds(3);

    // A delete takes at least as long as a small request.
    private volatile int batchSize = Math.Min(
        maxBatchSize,
        responseTime > TimeSpan.Zero ? (int)Math.Clamp(SlowBatch / responseTime, MinBatchSize, InitialBatchSize) : InitialBatchSize);
    private long renewalSeen;
    private int hasStarted;

    /// <summary>The number of blobs for the next batch.</summary>
    public int BatchSize => batchSize;

    /// <summary>Records the duration of a batch.</summary>
    public void Record(ConcurrencySlot slot, bool isOverload, TimeSpan took, int count)
    {
        gate.Pace.RecordDuration(took, count);
        var isFirst = Interlocked.Exchange(ref hasStarted, 1) == 0;
        if (isFirst && !isOverload && took < FastBatch)
        {
            Start(took / count);
        }
        else if (isOverload || took > SlowBatch)
        {
            slot.Overloaded();
            ReduceBatchSize();
        }
        else if (took < FastBatch)
        {
            if (took < VeryFastBatch || batchSize >= maxBatchSize)
            {
                slot.Succeeded();
            }

            batchSize = Math.Min(maxBatchSize, batchSize * 2);
        }

        // Lock renewals show whether small requests wait for the batches. Each renewal counts once.
        if (gate.LockRenewalDuration is { Ticks: > 0 and var renewal } && Interlocked.Exchange(ref renewalSeen, renewal) != renewal)
        {
            var isFast = renewal < FastBatch.Ticks;
            concurrency.Observe(isFast);
            if (!isFast)
            {
                ReduceBatchSize();
            }
        }
    }

    /// <summary>Sets the size and number of batches after the first one.</summary>
    private void Start(TimeSpan perDelete)
    {
        batchSize = (int)Math.Min(maxBatchSize, Math.Max(MinBatchSize, FastBatch / perDelete));
        concurrency.RaiseTo((int)Math.Clamp(InitialQueue / perDelete / batchSize, 1, int.MaxValue));
    }

    private void ReduceBatchSize() => batchSize = concurrency.Level == 1 ? Math.Min(batchSize, Math.Max(MinBatchSize, batchSize / 2)) : batchSize;
}
