using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Deletes blobs by batches, as many at once and as large as the storage gets done within seconds.</summary>
/// <param name="answerTook">How long the storage took to answer a small request; zero if that is unknown.</param>
internal sealed class BatchedDeletes(
    BlobAccess access, Uri container, DeletionGate gate, AdaptiveConcurrency concurrency, int mostParts, TimeSpan answerTook, TimeProvider time) : IDisposable
{
    private const int FewestParts = 4;

    // How long a delete takes is not known before the first ones, and if the storage does one after the other, the renewal of the lock waits
    // behind the whole batch.
    private const int PartsAtFirst = 64;
    private const int LooksAtOnce = 16;

    // The look at the operations before a batch holds for all of it, so a batch must not take long: fewer at once, then smaller ones.
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(5);

    // More only while a batch is answered soon: where the storage does one thing after the other, a renewal of our lock waits as long as a
    // batch does, and deletes that suddenly take ten times as long must not make it wait for the length of a lease.
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(1.2);
    private static readonly TimeSpan VeryQuick = Quick / 4;

    private readonly BlobBatchClient client = new(access, container);
    private readonly SingleDeletes singles = new(gate, time);

    // A delete takes at least as long as a small request, so the first batch is sized by that.
    private volatile int parts = Math.Min(mostParts, answerTook > TimeSpan.Zero ? (int)Math.Clamp(Slow / answerTook, FewestParts, PartsAtFirst) : PartsAtFirst);
    private volatile bool isRefused;
    private long renewalSeen;

    /// <summary>Whether there is no time for more: what was not begun, or not answered, is left to the next run.</summary>
    public bool IsOutOfTime => gate.Pace.IsStopped;

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
                if (Take(left) is not { Count: > 0 } batch || !gate.Pace.CanStart(batch.Count))
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

                // On the real clock, as the client's own retries are.
                await Task.Delay(pause, broken.Token).ConfigureAwait(false);
                slot = await concurrency.EnterAsync(broken.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (gate.LastMoment.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            gate.Pace.Stop();
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
    private async Task<IReadOnlyList<PartResponse>?> SendAsync(List<DoomedBlob> batch, ConcurrencySlot slot, bool isLast, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            var answer = await client.DeleteAsync([.. batch.Select(blob => new BlobToDelete(blob.Address, blob.Blob.ETag))], cancellationToken).ConfigureAwait(false);
            if (!answer.IsAccepted && !answer.Whole.IsTransient)
            {
                isRefused = true;
                return null;
            }

            var answers = answer.IsAccepted ? answer.Parts : [.. Enumerable.Repeat(answer.Whole, batch.Count)];
            Learn(slot, answers.Any(part => part.IsOverloaded), time.GetElapsedTime(begun), batch.Count);
            return answers;
        }
        catch (Exception e) when (!isLast && NoRetryPolicy.IsTransient(e))
        {
            batch.ForEach(blob => blob.Deletion.Unanswered());
            if (e is TimeoutException)
            {
                Learn(slot, isOverload: true, time.GetElapsedTime(begun), batch.Count);
            }

            return [.. Enumerable.Repeat(default(PartResponse), batch.Count)];
        }
        catch (OperationCanceledException)
        {
            batch.ForEach(blob => blob.Deletion.Unanswered());
            throw;
        }
    }

    private void Learn(ConcurrencySlot slot, bool isOverload, TimeSpan took, int count)
    {
        gate.Pace.RecordDuration(took, count);
        if (isOverload || took > Slow)
        {
            slot.Overloaded();
            FewerParts();
        }
        else if (took < Quick)
        {
            if (took < VeryQuick || parts >= mostParts)
            {
                slot.Succeeded();
            }

            parts = Math.Min(mostParts, parts * 2);
        }

        // In between, the renewals of the lock show whether small requests wait behind the batches: each of them counts once.
        if (gate.LockRenewalDuration is { Ticks: > 0 and var renewal } && Interlocked.Exchange(ref renewalSeen, renewal) != renewal)
        {
            var isQuick = renewal < Quick.Ticks;
            concurrency.Observe(isQuick);
            if (!isQuick)
            {
                FewerParts();
            }
        }
    }

    private void FewerParts() => parts = concurrency.Level == 1 ? Math.Min(parts, Math.Max(FewestParts, parts / 2)) : parts;

    /// <returns>Those whose answer may be another one next time.</returns>
    private async Task<List<DoomedBlob>> TakeInAsync(List<DoomedBlob> batch, IReadOnlyList<PartResponse> answers, bool isLast, CancellationToken cancellationToken)
    {
        var (again, notMet, refused) = (new List<DoomedBlob>(), new List<DoomedBlob>(), new List<DoomedBlob>());
        foreach (var (blob, answer) in batch.Zip(answers))
        {
            if (answer.Status == PartResponse.Accepted || answer.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                // Gone is gone; often it was our own delete, whose answer was lost.
                blob.Deletion.Deleted(blob.Blob);
            }
            else if (answer.ErrorCode == BlobErrorCode.ConditionNotMet)
            {
                notMet.Add(blob);
            }
            else if (answer.ErrorCode == FolderEntry.NotEmpty)
            {
                blob.Deletion.Leave(blob.Blob);
            }
            else if (answer.ErrorCode == BlobErrorCode.LeaseIdMissing)
            {
                blob.Deletion.Stop(UnitVerdict.Leased);
            }
            else if (answer.Status is 401 or 403)
            {
                refused.Add(blob);
            }
            else if (answer.IsTransient && !isLast)
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
    private TimeSpan Pause(int attempt, IReadOnlyList<PartResponse> answers)
    {
        var usual = access.Retry.Delay * Math.Pow(2, attempt) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        var pause = usual < access.Retry.MaxDelay ? usual : access.Retry.MaxDelay;
        var asked = answers.Max(answer => answer.RetryAfter) ?? TimeSpan.Zero;
        return asked > pause ? asked : pause;
    }
}
