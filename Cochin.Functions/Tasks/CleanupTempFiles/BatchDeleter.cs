using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes blobs in batches, several concurrently.</summary>
/// <param name="responseTime">The duration of a small request; zero if unknown.</param>
internal sealed class BatchDeleter(
    BlobAccess access,
    Uri container,
    DeletionGate gate,
    AdaptiveConcurrency concurrency,
    int maxBatchSize,
    TimeSpan responseTime,
    TimeProvider time) : IDisposable
{
    private const int MaxConcurrentChecks = 16;

    private readonly BlobBatchClient client = new(access, container);
    private readonly SingleDeleter singles = new(gate, time);
    private readonly BatchPacing pacing = new(gate, concurrency, maxBatchSize, responseTime);
    private volatile bool areBatchesRejected;

    /// <summary>Whether there is no time for more deletes. The next run continues.</summary>
    public bool IsOutOfTime => gate.Pace.IsStopped;

    public async Task DeleteAsync(IEnumerable<PendingDelete> blobs, CancellationToken cancellationToken)
    {
        using var failure = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var left = blobs.GetEnumerator();
        var active = new List<Task>();
        try
        {
            while (true)
            {
                // Wait for the slot first: the batch size may change meanwhile.
                var slot = await concurrency.EnterAsync(failure.Token).ConfigureAwait(false);
                if (TakeBatch(left) is not { Count: > 0 } batch || !gate.Pace.CanStart(batch.Count))
                {
                    slot.Dispose();
                    break;
                }

                active.Add(DeleteAsync(batch, slot, failure, cancellationToken));
            }
        }
        finally
        {
            // Wait even after a failure, because the responses are counted. The first exception is thrown.
            await Task.WhenAll(active).ConfigureAwait(false);
        }
    }

    public void Dispose() => singles.Dispose();

    private List<PendingDelete> TakeBatch(IEnumerator<PendingDelete> left)
    {
        var batch = new List<PendingDelete>();
        while (batch.Count < pacing.BatchSize && left.MoveNext())
        {
            batch.Add(left.Current);
        }

        return batch;
    }

    /// <param name="failure">Canceled when a batch fails, so that no other batch starts.</param>
    private async Task DeleteAsync(List<PendingDelete> batch, ConcurrencySlot slot, CancellationTokenSource failure, CancellationToken cancellationToken)
    {
        using var untilLastMoment = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, gate.LastMoment);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                (batch, var pause) = await AttemptAsync(batch, slot, attempt, untilLastMoment.Token).ConfigureAwait(false);
                slot.Dispose();
                if (batch.Count == 0 || !gate.Pace.CanStart(batch.Count, pause))
                {
                    return;
                }

                // On the system clock, like the retries of the client.
                await Task.Delay(pause, failure.Token).ConfigureAwait(false);
                slot = await concurrency.EnterAsync(failure.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (gate.LastMoment.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            gate.Pace.Stop();
        }
        catch
        {
            await failure.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            slot.Dispose();
        }
    }

    /// <returns>The blobs to retry, and the delay before that.</returns>
    private async Task<(List<PendingDelete> Retries, TimeSpan Pause)> AttemptAsync(
        List<PendingDelete> batch,
        ConcurrencySlot slot,
        int attempt,
        CancellationToken cancellationToken)
    {
        if (!areBatchesRejected)
        {
            batch = await gate.FilterAsync(batch, cancellationToken).ConfigureAwait(false);
            if (batch.Count == 0)
            {
                return ([], default);
            }

            var isLast = attempt >= access.Retry.MaxRetries;
            var responses = await SendAsync(batch, slot, isLast, cancellationToken).ConfigureAwait(false);
            if (responses is not null)
            {
                var retries = await ProcessResponsesAsync(batch, responses, isLast, cancellationToken).ConfigureAwait(false);
                return (retries, Pause(attempt, responses));
            }
        }

        await singles.DeleteAsync(batch, cancellationToken).ConfigureAwait(false);
        return ([], default);
    }

    /// <returns>One response per blob; null if the storage does not support batches.</returns>
    private async Task<IReadOnlyList<PartResponse>?> SendAsync(
        List<PendingDelete> batch,
        ConcurrencySlot slot,
        bool isLast,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var response = await client
                .DeleteAsync([.. batch.Select(blob => new BlobToDelete(blob.Address, blob.Blob.ETag))], cancellationToken)
                .ConfigureAwait(false);
            if (!response.IsAccepted && !response.Whole.IsTransient)
            {
                areBatchesRejected = true;
                return null;
            }

            var responses = response.IsAccepted ? response.Parts : [.. Enumerable.Repeat(response.Whole, batch.Count)];
            pacing.Record(slot, responses.Any(part => part.IsOverloaded), time.GetElapsedTime(started), batch.Count);
            return responses;
        }
        catch (Exception e) when (!isLast && NoRetryPolicy.IsTransient(e))
        {
            batch.ForEach(blob => blob.Deletion.MarkUnanswered());
            if (e is TimeoutException)
            {
                pacing.Record(slot, isOverload: true, time.GetElapsedTime(started), batch.Count);
            }

            return [.. Enumerable.Repeat(default(PartResponse), batch.Count)];
        }
        catch (OperationCanceledException)
        {
            batch.ForEach(blob => blob.Deletion.MarkUnanswered());
            throw;
        }
    }

    /// <returns>The blobs to retry.</returns>
    private async Task<List<PendingDelete>> ProcessResponsesAsync(
        List<PendingDelete> batch,
        IReadOnlyList<PartResponse> responses,
        bool isLast,
        CancellationToken cancellationToken)
    {
        var (retries, notMet, refused) = (new List<PendingDelete>(), new List<PendingDelete>(), new List<PendingDelete>());
        foreach (var (blob, response) in batch.Zip(responses))
        {
            if (response.Status == PartResponse.Accepted || response.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                // Often it was deleted by an earlier attempt whose response was lost.
                blob.Deletion.Deleted(blob.Blob);
            }
            else if (response.ErrorCode == BlobErrorCode.ConditionNotMet)
            {
                notMet.Add(blob);
            }
            else if (response.ErrorCode == FolderEntry.NotEmpty)
            {
                blob.Deletion.RetryLater(blob.Blob);
            }
            else if (response.ErrorCode == BlobErrorCode.LeaseIdMissing)
            {
                blob.Deletion.Stop(UnitVerdict.Leased);
            }
            else if (response.Status is 401 or 403)
            {
                refused.Add(blob);
            }
            else if (response.IsTransient && !isLast)
            {
                retries.Add(blob);
            }
            else
            {
                blob.Deletion.Stop(UnitVerdict.Failed, $"{response}.");
            }
        }

        await Parallel.ForEachAsync(
            notMet,
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrentChecks, CancellationToken = cancellationToken },
            async (blob, token) => await gate.ResolveConditionNotMetAsync(blob, token).ConfigureAwait(false)).ConfigureAwait(false);
        if (refused.Count > 0)
        {
            // Either batches or deletes are forbidden. A single delete shows which; if it is refused as well, that is thrown.
            areBatchesRejected = true;
            await singles.DeleteAsync(refused, cancellationToken).ConfigureAwait(false);
        }

        return retries;
    }

    // Exponential backoff with jitter, or the Retry-After of the service if that is longer.
    private TimeSpan Pause(int attempt, IReadOnlyList<PartResponse> responses)
    {
        var usual = access.Retry.Delay * Math.Pow(2, attempt) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        var pause = usual < access.Retry.MaxDelay ? usual : access.Retry.MaxDelay;
        var retryAfter = responses.Max(response => response.RetryAfter) ?? TimeSpan.Zero;
        return retryAfter > pause ? retryAfter : pause;
    }
}
