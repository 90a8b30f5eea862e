using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes blobs by batches, as many at once and as large as the storage gets done within seconds.</summary>
internal sealed class BatchedDeletes(BlobAccess access, Uri container, DeletionGate gate, AdaptiveConcurrency concurrency, int mostParts, TimeProvider time) : IDisposable
{
    private const int FewestParts = 16;

    // What a storage makes of a delete is not known before the first ones: one that takes long shall not have thousands to do, and let the
    // renewal of our lock wait behind them.
    private const int PartsAtFirst = 64;
    private const int LooksAtOnce = 16;

    // The look at the operations before a batch holds for all of it, so a batch must not take long: fewer at once, then smaller ones.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Quick = Slow / 2;

    private readonly BlobBatchClient client = new(access, container);
    private readonly SingleDeletes singles = new(gate);
    private volatile int parts = Math.Min(PartsAtFirst, mostParts);
    private volatile bool isRefused;

    public async Task DeleteAsync(IEnumerable<DoomedBlob> blobs, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var left = blobs.GetEnumerator();
        var underWay = new List<Task>();
        try
        {
            while (true)
            {
                // First the slot: by then it is known how large a batch may be.
                var slot = await concurrency.EnterAsync(broken.Token).ConfigureAwait(false);
                if (Take(left) is not { Count: > 0 } batch)
                {
                    slot.Dispose();
                    break;
                }

                underWay.Add(DeleteAsync(batch, slot, broken, cancellationToken));
            }
        }
        finally
        {
            // What is under way is waited for, whatever happened: its answers count. The first failure is the one to tell.
            await Task.WhenAll(underWay).ConfigureAwait(false);
        }
    }

    public void Dispose() => singles.Dispose();

    private List<DoomedBlob> Take(IEnumerator<DoomedBlob> left)
    {
        var batch = new List<DoomedBlob>();
        while (batch.Count < parts && left.MoveNext())
        {
            batch.Add(left.Current);
        }

        return batch;
    }

    /// <param name="broken">Something went wrong with another batch: nothing more is begun.</param>
    private async Task DeleteAsync(List<DoomedBlob> batch, ConcurrencySlot slot, CancellationTokenSource broken, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                (batch, var pause) = await AttemptAsync(batch, slot, attempt, cancellationToken).ConfigureAwait(false);
                slot.Dispose();
                if (batch.Count == 0)
                {
                    return;
                }

                // On the real clock, as the client's own retries are.
                await Task.Delay(pause, broken.Token).ConfigureAwait(false);
                slot = await concurrency.EnterAsync(broken.Token).ConfigureAwait(false);
            }
        }
        catch
        {
            await broken.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            slot.Dispose();
        }
    }

    /// <returns>What to try again, and after which pause.</returns>
    private async Task<(List<DoomedBlob> Again, TimeSpan Pause)> AttemptAsync(List<DoomedBlob> batch, ConcurrencySlot slot, int attempt, CancellationToken cancellationToken)
    {
        if (!isRefused)
        {
            batch = await gate.PassAsync(batch, cancellationToken).ConfigureAwait(false);
            if (batch.Count == 0)
            {
                return ([], default);
            }

            var isLast = attempt >= access.Retry.MaxRetries;
            var answers = await SendAsync(batch, slot, isLast, cancellationToken).ConfigureAwait(false);
            if (answers is not null)
            {
                var again = await TakeInAsync(batch, answers, isLast, cancellationToken).ConfigureAwait(false);
                return (again, Pause(attempt, answers));
            }
        }

        await singles.DeleteAsync(batch, cancellationToken).ConfigureAwait(false);
        return ([], default);
    }

    /// <returns>An answer to each, perhaps the same to all; null where the storage takes no batches.</returns>
    private async Task<IReadOnlyList<PartAnswer>?> SendAsync(List<DoomedBlob> batch, ConcurrencySlot slot, bool isLast, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            var answer = await client.DeleteAsync([.. batch.Select(blob => new PartToDelete(blob.Address, blob.Blob.ETag))], gate.ThrowIfStopped, cancellationToken).ConfigureAwait(false);
            if (!answer.IsAccepted && !answer.Whole.IsPassing)
            {
                isRefused = true;
                return null;
            }

            var answers = answer.IsAccepted ? answer.Parts : [.. Enumerable.Repeat(answer.Whole, batch.Count)];
            Learn(slot, answers.Any(part => part.IsOverload), time.GetElapsedTime(begun));
            return answers;
        }
        catch (Exception e) when (!isLast && SingleAttempt.IsPassing(e))
        {
            if (e is TimeoutException)
            {
                Learn(slot, isOverload: true, time.GetElapsedTime(begun));
            }

            return [.. Enumerable.Repeat(default(PartAnswer), batch.Count)];
        }
    }

    private void Learn(ConcurrencySlot slot, bool isOverload, TimeSpan took)
    {
        if (isOverload || took > Slow)
        {
            slot.Overloaded();
            parts = concurrency.Level == 1 ? Math.Min(parts, Math.Max(FewestParts, parts / 2)) : parts;
        }
        else
        {
            slot.Succeeded();
            parts = took < Quick ? Math.Min(mostParts, parts * 2) : parts;
        }
    }

    /// <returns>Those whose answer may be another one next time.</returns>
    private async Task<List<DoomedBlob>> TakeInAsync(List<DoomedBlob> batch, IReadOnlyList<PartAnswer> answers, bool isLast, CancellationToken cancellationToken)
    {
        var (again, notMet, refused) = (new List<DoomedBlob>(), new List<DoomedBlob>(), new List<DoomedBlob>());
        foreach (var (blob, answer) in batch.Zip(answers))
        {
            if (answer.Status == PartAnswer.Accepted || answer.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                // Gone is gone; often it was our own delete, whose answer was lost.
                blob.Deletion.Deleted(blob.Blob);
            }
            else if (answer.ErrorCode == BlobErrorCode.ConditionNotMet)
            {
                notMet.Add(blob);
            }
            else if (answer.ErrorCode == BlobErrorCode.LeaseIdMissing)
            {
                blob.Deletion.Stop(UnitVerdict.Leased);
            }
            else if (answer.Status is 401 or 403)
            {
                refused.Add(blob);
            }
            else if (answer.IsPassing && !isLast)
            {
                again.Add(blob);
            }
            else
            {
                blob.Deletion.Stop(UnitVerdict.Failed, $"{answer}.");
            }
        }

        await Parallel.ForEachAsync(
            notMet,
            new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken },
            async (blob, token) => await gate.LookAsync(blob, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (refused.Count > 0)
        {
            // Whether it is the batch that we may not, or the delete, shows by the request alone; its refusal is thrown.
            isRefused = true;
            await singles.DeleteAsync(refused, cancellationToken).ConfigureAwait(false);
        }

        return again;
    }

    // As long as the service asks for, or else longer each time; not to the moment, so that not all come back together.
    private TimeSpan Pause(int attempt, IReadOnlyList<PartAnswer> answers)
    {
        var usual = access.Retry.Delay * Math.Pow(2, attempt) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        var pause = usual < access.Retry.MaxDelay ? usual : access.Retry.MaxDelay;
        var asked = answers.Max(answer => answer.RetryAfter) ?? TimeSpan.Zero;
        return asked > pause ? asked : pause;
    }
}
